import type { RawCase } from '../raw-table.ts'

const head = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`
const GET = ['GET /open HTTP/1.1', 'Host: {host}', 'X-Marker: {marker}'] as const
const POST = ['POST /hook HTTP/1.1', 'Host: {host}', 'X-Marker: {marker}'] as const
const WEBSOCKET = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
] as const
const SMUGGLED = head('GET /open/smuggled HTTP/1.1', 'Host: {host}', 'X-Marker: smuggled')
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'] as const
const opened = [['GET /open HTTP/1.1', '']] as const
const posted = [['POST /hook HTTP/1.1', 'abc']] as const
const FORM = '400 request-form.headers'

/** D4: ways out of HTTP. D8: what else a connection may carry. */
export const upgrades: readonly RawCase[] = [
  {
    id: 'D4',
    name: 'h2c is served as if it had not been asked for',
    bytes: head(...GET, ...H2C),
    expect: ['passed'],
    arrives: opened,
  },
  { id: 'D4', name: 'h2c makes no tunnel', bytes: head(...GET, ...H2C) + PREFACE, expect: ['passed'], arrives: opened },
  {
    id: 'D4',
    name: 'h2c is judged like any other',
    bytes: head('GET /secret HTTP/1.1', 'Host: {host}', ...H2C),
    expect: ['403 access.nobody'],
  },
  {
    id: 'D4',
    name: 'h2c beside a WebSocket',
    bytes: head(...GET, 'Connection: Upgrade', 'Upgrade: websocket, h2c'),
    expect: ['passed'],
    arrives: opened,
  },
  { id: 'D4', name: 'two Upgrade headers', bytes: head(...GET, ...WEBSOCKET, 'Upgrade: h2c'), expect: [FORM] },
  {
    id: 'D4',
    name: 'an Upgrade that Connection does not name',
    bytes: head(...GET, 'Upgrade: websocket'),
    expect: ['passed'],
    arrives: opened,
  },
  {
    id: 'D4',
    name: 'a WebSocket by POST is a POST',
    bytes: `${head(...POST, ...WEBSOCKET, 'Content-Length: 3')}abc`,
    expect: ['passed'],
    arrives: posted,
  },
  {
    id: 'D4',
    name: 'a handshake that the upstream refuses leaves no tunnel',
    bytes: head(...GET, ...WEBSOCKET, 'X-Upstream: refuse-upgrade') + SMUGGLED,
    expect: ['passed'],
    arrives: opened,
    linger: 200,
  },
  {
    id: 'D4',
    name: 'a handshake that the gate refuses leaves no tunnel',
    bytes: head('GET /secret HTTP/1.1', 'Host: {host}', ...WEBSOCKET) + SMUGGLED,
    expect: ['403 access.nobody'],
    linger: 200,
  },
  {
    id: 'D4',
    name: 'a handshake with a length',
    bytes: `${head(...GET, ...WEBSOCKET, 'Content-Length: 5')}hello`,
    expect: [FORM],
  },
  {
    id: 'D4',
    name: 'a handshake with chunks',
    bytes: `${head(...GET, ...WEBSOCKET, 'Transfer-Encoding: chunked')}0\r\n\r\n${SMUGGLED}`,
    expect: [FORM],
  },
  { id: 'D4', name: 'CONNECT', bytes: head('CONNECT 127.0.0.1:22 HTTP/1.1', 'Host: {host}'), expect: ['405'] },
  {
    id: 'D8',
    name: 'Expect: 100-continue is answered after the verdict',
    bytes: `${head(...POST, 'Content-Length: 3', 'Expect: 100-continue')}abc`,
    expect: ['passed'],
    interim: [100],
    arrives: posted,
  },
  {
    id: 'D8',
    name: 'and not before a refusal',
    bytes: head('POST /secret HTTP/1.1', 'Host: {host}', 'Content-Length: 3', 'Expect: 100-continue'),
    expect: ['403 access.nobody'],
    interim: [],
  },
  {
    id: 'D8',
    name: 'another expectation',
    bytes: `${head(...POST, 'Content-Length: 3', 'Expect: 200-ok')}abc`,
    expect: ['417 request-form.expectation'],
  },
  {
    id: 'D8',
    name: 'two expectations',
    bytes: `${head(...POST, 'Content-Length: 3', 'Expect: 100-continue', 'Expect: 100-continue')}abc`,
    expect: [FORM],
    interim: [],
  },
  {
    id: 'D8',
    name: 'more headers than anybody needs',
    bytes: head(...GET, ...Array.from({ length: 300 }, (_, i) => `X-${i}: 1`)),
    expect: [FORM],
  },
  {
    id: 'D8',
    name: 'a Host behind more headers than Node counts',
    bytes: head(
      'GET /open HTTP/1.1',
      'Host: {host}',
      ...Array.from({ length: 2_500 }, () => 'a: 1'),
      'Host: evil.example',
    ),
    expect: [FORM],
  },
  { id: 'D8', name: 'a head of 40 KB', bytes: head(...GET, `X-Long: ${'x'.repeat(40_000)}`), expect: ['431'] },
  {
    id: 'D8',
    name: 'a target of 40 KB',
    bytes: head(`GET /open/${'x'.repeat(40_000)} HTTP/1.1`, 'Host: {host}'),
    expect: ['431'],
  },
  {
    id: 'D8',
    name: 'a body that says that it is too large',
    bytes: head(...POST, 'Content-Length: 65537'),
    expect: ['413 request-form.body-size'],
  },
  {
    id: 'D8',
    name: 'no Host',
    bytes: head('GET /open HTTP/1.1', 'X-Marker: {marker}'),
    expect: ['400 request-form.host'],
    plain: ['400 request-form.host'],
  },
]
