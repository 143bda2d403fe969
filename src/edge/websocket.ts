import { request as httpRequest, type IncomingMessage, STATUS_CODES } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { errorText } from '../kernel/errors.ts'
import type { Exchange } from './exchange.ts'
import type { Fail } from './proxy.ts'
import { reasons } from './reasons.ts'
import type { Responder } from './responder.ts'
import { upstreamTls } from './upstream-tls.ts'

/** An answer on the bare socket of a handshake. The connection is closed with it, so that nothing can be tunnelled. */
export class HandshakeResponder implements Responder {
  private readonly socket: Duplex
  started = false

  constructor(socket: Duplex) {
    this.socket = socket
  }

  get gone(): boolean {
    return this.socket.destroyed
  }

  interim(): void {}
  proceed(): void {}
  flushHead(): void {}

  head(status: number, headers: string[]): void {
    this.started = true
    const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`]
    for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`)
    if (status !== 101) lines.push('connection: close')
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  }

  write(chunk: Buffer): boolean {
    return this.socket.write(chunk)
  }

  end(chunk?: Buffer | string): void {
    if (chunk === undefined) this.socket.end()
    else this.socket.end(chunk)
  }

  abort(): void {
    this.socket.destroy()
  }

  onDrain(resume: () => void): void {
    this.socket.once('drain', resume)
  }

  onClose(done: () => void): void {
    this.socket.once('close', done)
  }
}

export interface Handshake {
  readonly exchange: Exchange
  /** The client's socket. */
  readonly socket: Duplex
  /** What the client sent behind its handshake. */
  readonly early: Buffer
  readonly headers: string[]
  readonly upstream: string
  /** PEM of what an https upstream is verified with. */
  readonly ca: string | undefined
  readonly timeout: number
  readonly fail: Fail
}

/** Asks the upstream for the WebSocket and joins both ends once it agreed (RFC 6455 section 4). */
export function proxyWebSocket({ exchange, socket, early, headers, upstream, ca, timeout, fail }: Handshake): void {
  const { request } = exchange
  exchange.upstream = upstream
  const url = new URL(upstream)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const outgoing = send({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    method: 'GET',
    path: request.target,
    headers: [...headers, 'connection', 'Upgrade', 'upgrade', 'websocket'],
    setDefaultHeaders: false,
    agent: false,
    timeout,
    ...upstreamTls(upstream),
    ...(ca === undefined ? {} : { ca }),
  })
  socket.once('close', () => outgoing.destroy())
  const late = new Error('the upstream did not answer the handshake')
  outgoing.once('timeout', () => outgoing.destroy(late))
  outgoing.once('error', (error) =>
    fail(exchange, error === late ? reasons.upstreamTimeout : reasons.upstreamFailed, errorText(error)),
  )
  outgoing.once('upgrade', (answer, other, first) => {
    outgoing.setTimeout(0)
    exchange.upstreamTime = Date.now() - request.time
    exchange.head(101, [...flat(answer), 'connection', 'Upgrade', 'upgrade', 'websocket'])
    join(exchange, socket, other, early, first)
  })
  outgoing.once('response', (answer) => {
    outgoing.setTimeout(0)
    exchange.upstreamTime = Date.now() - request.time
    exchange.head(answer.statusCode ?? 502, flat(answer))
    passBody(exchange, answer)
  })
  outgoing.end()
}

/** Any page can be asked for with a handshake; what the client does not take must wait at the upstream, not in memory. */
function passBody(exchange: Exchange, answer: IncomingMessage): void {
  const { responder } = exchange
  answer.on('data', (chunk: Buffer) => {
    exchange.bytesSent += chunk.length
    if (responder.write(chunk)) return
    answer.pause()
    responder.onDrain(() => answer.resume())
  })
  answer.once('end', () => responder.end())
  answer.once('error', () => responder.abort())
}

const HOP: ReadonlySet<string> = new Set([
  'connection',
  'upgrade',
  'keep-alive',
  'transfer-encoding',
  'proxy-connection',
])

function flat({ rawHeaders }: IncomingMessage): string[] {
  const list: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase()
    if (!HOP.has(name)) list.push(name, rawHeaders[index + 1]!)
  }
  return list
}

/** Bytes go both ways with back-pressure until either end closes; then both do. */
function join(exchange: Exchange, client: Duplex, upstream: Duplex, early: Buffer, first: Buffer): void {
  if (first.length > 0) client.write(first)
  if (early.length > 0) upstream.write(early)
  const close = () => {
    client.destroy()
    upstream.destroy()
  }
  for (const end of [client, upstream]) {
    end.on('error', close)
    end.on('close', close)
  }
  upstream.on('data', (chunk: Buffer) => {
    exchange.bytesSent += chunk.length
  })
  client.pipe(upstream)
  upstream.pipe(client)
}
