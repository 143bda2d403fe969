import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { H2Connection } from '../helpers/h2-client.ts'
import { header, type Message, statusOf } from '../helpers/http1-messages.ts'
import { hostOf, type SiteName } from '../helpers/installation.ts'
import { collect, openSocket, type Peer } from '../helpers/raw-client.ts'
import { readFrame, textFrame } from '../helpers/websocket-frames.ts'

export const PROTOCOLS = ['HTTP/1.1', 'HTTP/2', 'WebSocket'] as const
export type Protocol = (typeof PROTOCOLS)[number]
export const ADDRESSES = ['127.0.0.1', '::1'] as const

/** One of the ways in which a request can come. */
export interface Way {
  readonly protocol: Protocol
  readonly address: (typeof ADDRESSES)[number]
  readonly site: SiteName
  /** Over the plain listener of `http-mode: serve`. */
  readonly plain?: boolean
}

export type HeaderLines = readonly (readonly [name: string, value: string])[]

/** A request as it is put on the wire, whatever the protocol. */
export interface Sent {
  readonly method: string
  /** Path and query, or anything else that is put in their place. */
  readonly target: string
  /** `Host` or `:authority`. */
  readonly authority: string
  /** TLS server name. */
  readonly serverName: string
  readonly headers: HeaderLines
  readonly body?: string | undefined
  /** The client's own address in 127.0.0.0/8. */
  readonly from?: string | undefined
}

/** How a request ended, in one word that a table can name. */
export interface Outcome {
  /** `passed`, `403 access.role`, `400` (the parser of HTTP refused it), `reset` or `closed`. */
  readonly verdict: string
  readonly body: string
}

/** A key of the right form (RFC 6455 section 4.1). */
const KEY = randomBytes(16).toString('base64')

export const HANDSHAKE: HeaderLines = [
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Key', KEY],
  ['Sec-WebSocket-Version', '13'],
]

/** Sends one request over a connection of its own. */
export function send(way: Way, port: number, sent: Sent): Promise<Outcome> {
  const peer: Peer = {
    port,
    address: way.address,
    serverName: way.plain === true ? null : sent.serverName,
    ...(sent.from === undefined ? {} : { from: sent.from }),
  }
  const over = { 'HTTP/1.1': sendH1, 'HTTP/2': sendH2, WebSocket: sendWebSocket }[way.protocol]
  return over(peer, sent).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET' && !error.code?.startsWith('ERR_SSL')) throw error
    return { verdict: 'no connection', body: '' }
  })
}

/** The bytes of a request in HTTP/1.1. */
export function requestText({ method, target, authority, headers, body }: Omit<Sent, 'serverName'>): string {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${authority}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`
}

async function sendH1(peer: Peer, sent: Sent): Promise<Outcome> {
  const socket = await openSocket(peer)
  socket.write(requestText(sent), 'latin1')
  const { answers, closed } = await collect(socket, {})
  socket.destroy()
  return judge(answers[0], closed)
}

/** A handshake that is agreed to must also carry a frame to the application and back. */
async function sendWebSocket(peer: Peer, sent: Sent): Promise<Outcome> {
  const socket = await openSocket(peer)
  socket.write(requestText({ ...sent, headers: [...HANDSHAKE, ...sent.headers] }), 'latin1')
  const { answers, closed, rest } = await collect(socket, {})
  const [answer] = answers
  if (answer === undefined || statusOf(answer) !== 101) {
    socket.destroy()
    return judge(answer, closed)
  }
  socket.write(textFrame('still there', true))
  let bytes = Buffer.from(rest, 'latin1')
  while (readFrame(bytes) === undefined) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    bytes = Buffer.concat([bytes, chunk])
  }
  socket.destroy()
  return { verdict: readFrame(bytes)?.text === 'still there' ? 'passed' : 'no echo', body: '' }
}

async function sendH2(peer: Peer, sent: Sent): Promise<Outcome> {
  const connection = await H2Connection.open(peer)
  connection.request(1, fieldsOf(sent), sent.body)
  const { status, body, reset, closed } = await connection.answer(1)
  connection.close()
  if (status === 0) return { verdict: reset === undefined ? (closed ? 'closed' : 'silence') : 'reset', body: '' }
  return { verdict: nameOf(status, body, body.startsWith('{"method"')), body }
}

/** The fields of a request in HTTP/2, names in lower case as they must be. */
export function fieldsOf({ method, target, authority, headers }: Omit<Sent, 'serverName'>): [string, string][] {
  return [
    [':method', method],
    [':scheme', 'https'],
    [':authority', authority],
    [':path', target],
    ...headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]),
  ]
}

/** The outcome of an answer over HTTP/1.1. */
export function judge(answer: Message | undefined, closed: boolean): Outcome {
  if (answer === undefined) return { verdict: closed ? 'closed' : 'silence', body: '' }
  return { verdict: nameOf(statusOf(answer), answer.body, header(answer, 'x-echo') === '1'), body: answer.body }
}

function nameOf(status: number, body: string, echoed: boolean): string {
  if (echoed) return 'passed'
  const reason = /^\{"error":"([a-z.A-Z-]+)"/.exec(body)?.[1]
  return reason === undefined ? String(status) : `${status} ${reason}`
}

/** All ways over these protocols and sites. */
export function waysOver(protocols: readonly Protocol[], sites: readonly SiteName[]): Way[] {
  return protocols.flatMap((protocol) =>
    ADDRESSES.flatMap((address) => sites.map((site) => ({ protocol, address, site }))),
  )
}

export function wayText({ protocol, address, site, plain = false }: Way): string {
  return `${plain ? 'plain ' : ''}${protocol} over ${address} to ${hostOf(site)}`
}
