import type { Dispatcher } from 'undici'
import { errorCode, errorText } from '../kernel/errors.ts'
import type { Reason } from '../kernel/verdict.ts'
import { BodyTooLarge, limitBody } from './body-limit.ts'
import type { Exchange, Passage } from './exchange.ts'
import { reasons } from './reasons.ts'
import type { Upstream } from './upstreams.ts'

type Controller = Dispatcher.DispatchController
type IncomingHeaders = Record<string, string | string[] | undefined>

/** Fields that end at this hop (RFC 9110 section 7.6.1). Framing is written anew by Node. */
const HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
])

/** How often a request without side effects (RFC 9110 section 9.2.1) is sent again when the connection was lost. */
const RETRIES = 3

const LOST: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE'])

/** How a failed exchange is answered. */
export type Fail = (exchange: Exchange, reason: Reason, detail: string) => void

export interface Forward {
  readonly exchange: Exchange
  readonly headers: string[]
  readonly balance: (attempt: number) => Upstream
  /** Longest wait for the head of the answer, in ms, from the last byte of the request that was sent. */
  readonly timeout: number
  readonly fail: Fail
}

/** Sends the request to the upstream and streams the answer back. */
export function proxy(forward: Forward, attempt = 0): void {
  const { exchange, headers, balance } = forward
  const { request } = exchange
  const upstream = balance(attempt)
  exchange.upstream = upstream.origin
  const body =
    exchange.body === null || exchange.bodyLimit === 0 ? exchange.body : limitBody(exchange.body, exchange.bodyLimit)
  if (body !== null) {
    exchange.responder.proceed()
    // undici listens only once a connection takes the request, and an error that nobody hears ends the process.
    body.on('error', ignoreBrokenBody)
  }
  const options: Dispatcher.DispatchOptions & { servername: string } = {
    method: request.method as Dispatcher.HttpMethod,
    path: request.target,
    headers,
    body,
    servername: upstream.serverName,
  }
  upstream.pool.dispatch(options, new ProxyHandler(forward, attempt))
}

/** The end of the client's side tells the rest: see `Passage`. */
function ignoreBrokenBody(): void {}

class UpstreamLate extends Error {
  override readonly name = 'UpstreamLate'
  constructor() {
    super('the upstream did not answer in time')
  }
}

/** Answers whose head or first piece waits for the end of the tick: a small answer then leaves in one write. */
let waiting: ProxyHandler[] = []

function flushWaiting(): void {
  const handlers = waiting
  waiting = []
  for (const handler of handlers) handler.flush()
}

/** undici's view of one exchange. Back-pressure goes both ways: a slow client pauses the upstream. */
class ProxyHandler implements Dispatcher.DispatchHandler, Passage {
  private readonly forward: Forward
  private readonly exchange: Exchange
  private readonly attempt: number
  private controller: Controller | undefined
  private held: Buffer | undefined
  private flushed = false
  private ended = false

  constructor(forward: Forward, attempt: number) {
    this.forward = forward
    this.exchange = forward.exchange
    this.attempt = attempt
    this.exchange.passage = this
    if (attempt === 0) this.exchange.deadline = Date.now() + forward.timeout // one for all attempts together
  }

  over(): void {
    if (!this.ended) this.stop(new Error('the client went away'))
  }

  late(): void {
    if (!this.ended) this.stop(new UpstreamLate())
  }

  /** Without a connection yet, undici has nothing to break off: the answer is given here, the request ends at its start. */
  private stop(error: Error): void {
    if (this.controller === undefined) this.onResponseError(null, error)
    else this.controller.abort(error)
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller
    if (this.ended || this.exchange.responder.gone) controller.abort(new Error('the client went away'))
  }

  onBodySent(): void {
    if (this.exchange.deadline !== 0) this.exchange.deadline = Date.now() + this.forward.timeout
  }

  onResponseStart(_controller: Controller, status: number, headers: IncomingHeaders): void {
    const { exchange } = this
    const list = endToEnd(headers)
    if (status < 200) {
      exchange.responder.interim(status, list)
      return
    }
    exchange.deadline = 0
    exchange.upstreamTime = Date.now() - exchange.request.time
    exchange.head(status, list)
    if (waiting.push(this) === 1) process.nextTick(flushWaiting)
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.exchange.bytesSent += chunk.length
    if (!this.flushed && this.held === undefined) this.held = chunk
    else {
      this.flush()
      this.send(controller, chunk)
    }
  }

  /** Sends what was held back; without any, the head alone, as a stream of events may stay silent for long. */
  flush(): void {
    if (this.flushed || this.ended) return
    this.flushed = true
    const chunk = this.held
    this.held = undefined
    if (chunk === undefined) this.exchange.responder.flushHead()
    else this.send(this.controller!, chunk)
  }

  private send(controller: Controller, chunk: Buffer): void {
    if (this.exchange.responder.write(chunk)) return
    controller.pause()
    this.exchange.responder.onDrain(() => controller.resume())
  }

  onResponseEnd(_controller: Controller, trailers: IncomingHeaders): void {
    this.ended = true
    const chunk = this.held
    this.held = undefined
    this.exchange.responder.end(chunk, endToEnd(trailers))
  }

  onResponseError(_controller: Controller | null, error: Error): void {
    if (this.ended) return
    this.ended = true
    const { exchange, forward } = this
    if (!exchange.responder.started && this.mayRetry(error)) {
      proxy(forward, this.attempt + 1)
      return
    }
    exchange.deadline = 0
    if (exchange.responder.started) {
      exchange.failure ||= errorText(error)
      exchange.responder.abort()
    } else {
      forward.fail(exchange, failureReason(error), errorText(error))
    }
  }

  /** A kept-alive connection may be closed by the upstream just as it is used again; so may the next one. */
  private mayRetry(error: Error): boolean {
    const { request, body, responder } = this.exchange
    const safe = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS'
    const code = errorCode(error)
    const lost = code !== undefined && LOST.has(code)
    return this.attempt < RETRIES && safe && lost && body === null && !responder.gone
  }
}

function endToEnd(headers: IncomingHeaders): string[] {
  const list: string[] = []
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || HOP.has(name)) continue
    if (typeof value === 'string') list.push(name, value)
    else for (const item of value) list.push(name, item)
  }
  return list
}

function failureReason(error: Error): Reason {
  if (error instanceof BodyTooLarge) return reasons.tooLarge
  if (error instanceof UpstreamLate) return reasons.upstreamTimeout
  const code = errorCode(error)
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return reasons.upstreamTimeout
  return reasons.upstreamFailed
}
