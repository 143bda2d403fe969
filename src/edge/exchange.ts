import type { Readable } from 'node:stream'
import type { ResponseStep } from '../kernel/guard.ts'
import type { GateRequest } from '../kernel/request.ts'
import type { Verdict } from '../kernel/verdict.ts'
import type { Responder } from './responder.ts'

/** The upstream's side of an exchange, as far as the gate tells it something. */
export interface Passage {
  /** The answer is sent, or the client went away. */
  over(): void
  /** The deadline of the exchange has passed. */
  late(): void
}

/** One request and its answer, from the first byte to the log line. */
export class Exchange {
  readonly request: GateRequest
  readonly responder: Responder
  /** Null when the request has no body. */
  body: Readable | null
  /** Where the answer goes: what the client has not taken yet waits there. */
  readonly sink: { readonly writableLength: number }
  verdict: Verdict | undefined
  status = 0
  bytesSent = 0
  upstream = ''
  /** Milliseconds from arrival to the head of the upstream's answer; -1 when there was none. */
  upstreamTime = -1
  /** What went wrong on the side of the upstream or the client. */
  failure = ''
  /** What the guards do to the head of every answer of this site. */
  steps: readonly ResponseStep[] = []
  /** What fetches the answer from the upstream. */
  passage: Passage | undefined
  /** When `passage` is told that it is late, in ms of the epoch; 0 is never. */
  deadline = 0
  /** Its place among those under way: see `Exchanges`. */
  slot = -1
  /** Largest body in bytes; 0 is without limit. */
  bodyLimit = 0

  constructor(request: GateRequest, responder: Responder, body: Readable | null, sink: Exchange['sink']) {
    this.request = request
    this.responder = responder
    this.body = body
    this.sink = sink
  }

  /** Sends the head after the guards had their say. Takes ownership of `headers`. */
  head(status: number, headers: string[]): void {
    for (const step of this.steps) step(this.request, headers)
    this.status = status
    this.responder.head(status, headers)
  }

  /** Sends a whole answer of the gate itself. `own` may set the gate's cookies, which no application may. */
  answer(status: number, headers: string[], body = '', own: readonly string[] = []): void {
    const { responder, request } = this
    if (responder.started) {
      responder.abort()
      return
    }
    this.bytesSent = Buffer.byteLength(body)
    if (status !== 204 && status !== 304) headers.push('content-length', String(this.bytesSent))
    for (const step of this.steps) step(request, headers)
    headers.push(...own)
    this.status = status
    responder.head(status, headers)
    responder.end(request.method === 'HEAD' || body === '' ? undefined : body)
  }
}
