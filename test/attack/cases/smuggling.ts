import type { RawCase } from '../raw-table.ts'

/** Lines of a head; the empty line follows. */
const head = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`

/** A request that must never be seen by itself: it stands where a body or nothing should be. */
const SMUGGLED = head('GET /open/smuggled HTTP/1.1', 'Host: {host}', 'X-Marker: smuggled')
const POST = ['POST /hook HTTP/1.1', 'Host: {host}', 'X-Marker: {marker}'] as const
const GET = ['GET /open HTTP/1.1', 'Host: {host}', 'X-Marker: {marker}'] as const

/** Where one of two readers could end the message elsewhere, nobody gets to read it. */
const refused = (name: string, bytes: string): RawCase => ({ id: 'D1', name, bytes, expect: ['400'] })
const FORM = ['400 request-form.headers'] as const

const chunked = (body: string) => head(...POST, 'Transfer-Encoding: chunked') + body

/** D1: two readers that end a message at different places. */
export const smuggling: readonly RawCase[] = [
  {
    id: 'D1',
    name: 'the control: a length',
    bytes: `${head(...POST, 'Content-Length: 3')}abc`,
    expect: ['passed'],
    arrives: [['POST /hook HTTP/1.1', 'abc']],
  },
  {
    id: 'D1',
    name: 'the control: chunks',
    bytes: chunked('3\r\nabc\r\n0\r\n\r\n'),
    expect: ['passed'],
    arrives: [['POST /hook HTTP/1.1', 'abc']],
  },
  {
    id: 'D1',
    name: 'the control: two requests in a row',
    bytes: head(...GET) + head(...GET),
    expect: ['passed', 'passed'],
    arrives: [
      ['GET /open HTTP/1.1', ''],
      ['GET /open HTTP/1.1', ''],
    ],
  },
  ...both(),
  ...codings(),
  ...lengths(),
  ...chunks(),
  ...lines(),
  {
    id: 'D1',
    name: 'CL.0: the body of a POST is the body of that POST',
    bytes: `${head(...POST, `Content-Length: ${SMUGGLED.replaceAll('{host}', 'x').length}`)}${SMUGGLED.replaceAll('{host}', 'x')}`,
    expect: ['passed'],
    arrives: [['POST /hook HTTP/1.1', SMUGGLED.replaceAll('{host}', 'x')]],
  },
  {
    id: 'D1',
    name: 'CL.0: a GET with a body keeps it',
    bytes: `${head(...GET, `Content-Length: ${SMUGGLED.replaceAll('{host}', 'x').length}`)}${SMUGGLED.replaceAll('{host}', 'x')}`,
    expect: ['passed'],
    arrives: [['GET /open HTTP/1.1', SMUGGLED.replaceAll('{host}', 'x')]],
  },
  {
    id: 'D1',
    name: 'CL.0: the body of a refused request is no request',
    bytes: `${head('POST /secret HTTP/1.1', 'Host: {host}', `Content-Length: ${SMUGGLED.replaceAll('{host}', 'x').length}`)}${SMUGGLED.replaceAll('{host}', 'x')}`,
    expect: ['403 access.nobody'],
    linger: 150,
  },
  {
    id: 'D1',
    name: 'a body longer than its length is the next request, and judged as one',
    bytes: `${head(...POST, 'Content-Length: 3')}abc${head('GET /secret HTTP/1.1', 'Host: {host}', 'X-Marker: smuggled')}`,
    expect: ['passed', '403 access.nobody'],
    arrives: [['POST /hook HTTP/1.1', 'abc']],
  },
  {
    id: 'D2',
    name: 'one length in two spellings',
    bytes: `${head(...POST, 'Content-Length: 3', 'content-length: 3')}abc`,
    expect: ['400'],
  },
]

function both(): RawCase[] {
  return [
    refused('CL.TE', `${head(...POST, 'Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\nX${SMUGGLED}`),
    refused(
      'TE.CL',
      `${head(...POST, 'Transfer-Encoding: chunked', 'Content-Length: 4')}5c\r\n${SMUGGLED}\r\n0\r\n\r\n`,
    ),
    refused(
      'TE and a length of zero',
      `${head(...POST, 'Transfer-Encoding: chunked', 'Content-Length: 0')}0\r\n\r\n${SMUGGLED}`,
    ),
  ]
}

function codings(): RawCase[] {
  const te = (value: string, ...more: string[]) => `${head(...POST, `Transfer-Encoding:${value}`, ...more)}0\r\n\r\n`
  return [
    refused('TE.TE: identity behind chunked', te(' chunked, identity')),
    refused('TE.TE: a vertical tab', te(' \x0bchunked')),
    refused('TE.TE: a form feed', te(' chunked\x0c')),
    refused('TE.TE: nothing', te('')),
    refused('a line break within', te(' chun\r\n ked')),
    refused('a space before the colon', `${head(...POST, 'Transfer-Encoding : chunked')}0\r\n\r\n`),
    ...['xchunked', 'identity', '"chunked"', 'chunked;q=1'].map(
      (value): RawCase => ({ id: 'D1', name: `TE.TE: ${value}`, bytes: te(` ${value}`), expect: FORM }),
    ),
    {
      id: 'D1',
      name: 'chunked in HTTP/1.0',
      bytes: `${head('POST /hook HTTP/1.0', 'Host: {host}', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      expect: FORM,
    },
    {
      id: 'D1',
      name: 'TE.TE: gzip before chunked, which nobody here undoes',
      bytes: te(' gzip, chunked'),
      expect: FORM,
    },
    refused('TE.TE: chunked twice in one line', te(' chunked, chunked')),
    refused('TE.TE: chunked twice in two lines', te(' chunked', 'Transfer-Encoding: chunked')),
    {
      id: 'D1',
      name: 'TE.TE: a second coding that is none',
      bytes: te(' chunked', 'Transfer-Encoding: x'),
      expect: ['400'],
    },
    {
      id: 'D1',
      name: 'capital letters are chunked, too',
      bytes: te(' ChUnKeD'),
      expect: ['passed'],
      arrives: [['POST /hook HTTP/1.1', '']],
    },
    {
      id: 'D1',
      name: 'an underscore makes another header, which is dropped',
      bytes: `${head(...POST, 'Transfer_Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`,
      expect: ['passed'],
      arrives: [['POST /hook HTTP/1.1', '0\r\n\r\n']],
    },
  ]
}

function lengths(): RawCase[] {
  const bad = [
    '+3',
    '-3',
    '0x3',
    '3_0',
    '3,3',
    '3, 3',
    '3 3',
    '3.0',
    '1e1',
    '',
    '\u00b3',
    '99999999999999999999',
    'three',
    '3;x',
  ]
  return [
    ...bad.map((value) =>
      refused(`Content-Length: ${JSON.stringify(value)}`, `${head(...POST, `Content-Length: ${value}`)}abc`),
    ),
    refused('two lengths that differ', `${head(...POST, 'Content-Length: 3', 'Content-Length: 4')}abcd`),
    refused('two lengths that agree', `${head(...POST, 'Content-Length: 3', 'Content-Length: 3')}abc`),
    refused('a length with a space before the colon', `${head(...POST, 'Content-Length : 3')}abc`),
    {
      id: 'D1',
      name: 'leading zeros',
      bytes: `${head(...POST, 'Content-Length: 003')}abc`,
      expect: ['passed'],
      arrives: [['POST /hook HTTP/1.1', 'abc']],
    },
  ]
}

/** A body that is broken off after the verdict: the upstream may have begun to read, and never sees it whole. */
function chunks(): RawCase[] {
  const broken = (name: string, body: string): RawCase => ({
    id: 'D1',
    name,
    bytes: chunked(body),
    expect: ['400'],
    linger: 100,
  })
  return [
    broken('a chunk size with 0x', '0x3\r\nabc\r\n0\r\n\r\n'),
    broken('a chunk size with an underscore', '0_3\r\nabc\r\n0\r\n\r\n'),
    broken('a chunk size with a plus', '+3\r\nabc\r\n0\r\n\r\n'),
    broken('a negative chunk size', '-3\r\nabc\r\n0\r\n\r\n'),
    broken('a chunk size with a space in front', ' 3\r\nabc\r\n0\r\n\r\n'),
    broken('a chunk size that overflows', 'fffffffffffffffff\r\nabc\r\n0\r\n\r\n'),
    broken('a chunk size in a bare LF', '3\nabc\n0\n\n'),
    broken('a chunk that is longer than its size', '3\r\nabcX\r\n0\r\n\r\n'),
    broken('a chunk that ends with a bare LF', '3\r\nabc\n0\r\n\r\n'),
    broken('a trailer that frames the message', '3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n'),
    broken('a bare LF in a chunk extension', `3;x\n\r\nabc\r\n0\r\n\r\n`),
    {
      id: 'D1',
      name: 'chunk extensions end here',
      bytes: chunked('3;a=b;c="d"\r\nabc\r\n0;x\r\n\r\n'),
      expect: ['passed'],
      arrives: [['POST /hook HTTP/1.1', 'abc']],
    },
    {
      id: 'D8',
      name: 'trailers end here, also those that name the client',
      bytes: chunked('3\r\nabc\r\n0\r\nX-Real-IP: 10.0.0.1\r\nHost: evil.example\r\n\r\n'),
      expect: ['passed'],
      arrives: [['POST /hook HTTP/1.1', 'abc']],
    },
  ]
}

function lines(): RawCase[] {
  const get = 'GET /open HTTP/1.1'
  return [
    refused('bare LF everywhere', `${get}\nHost: {host}\n\n`),
    refused('a bare LF between headers', `${get}\r\nHost: {host}\nX-A: b\r\n\r\n`),
    refused('a bare CR in a value', `${get}\r\nHost: {host}\r\nX-A: b\rX-Real-IP: 10.0.0.1\r\n\r\n`),
    refused('a bare CR at the end of a line', `${get}\r\nHost: {host}\rX-A: b\r\n\r\n`),
    refused('a NUL in a value', `${get}\r\nHost: {host}\r\nX-A: b\0c\r\n\r\n`),
    refused('obs-fold with a space', `${get}\r\nHost: {host}\r\nX-A: b\r\n c\r\n\r\n`),
    refused('obs-fold with a tab', `${get}\r\nHost: {host}\r\nX-A: b\r\n\tX-Real-IP: 10.0.0.1\r\n\r\n`),
    refused('a folded first header', `${get}\r\n Host: {host}\r\n\r\n`),
    refused('a line without a colon', `${get}\r\nHost: {host}\r\nX-A\r\n\r\n`),
    refused('a tab in the request line', `GET\t/open\tHTTP/1.1\r\nHost: {host}\r\n\r\n`),
    refused('three parts behind the method', head('GET /open x HTTP/1.1', 'Host: {host}')),
    refused('another version', head('GET /open HTTP/1.2', 'Host: {host}')),
    refused('the preface of HTTP/2 on HTTP/1.1', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    refused('a request that is no text', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
    { id: 'D8', name: 'HTTP/0.9', bytes: 'GET /open\r\n\r\n', expect: FORM, plain: FORM },
    { id: 'D8', name: 'HTTP/0.9 with a Host', bytes: 'GET /open\r\nHost: {host}\r\n\r\n', expect: FORM },
    { id: 'D8', name: 'HTTP/2.0 as text', bytes: head('GET /open HTTP/2.0', 'Host: {host}'), expect: FORM },
  ]
}
