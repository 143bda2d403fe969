import { connect, type Socket } from 'node:net'
import type { Exchange } from './exchange.ts'
import { redactTarget } from './redact.ts'

/** What waits for the log writer at most; beyond it lines are dropped and counted. */
const MAX_WAITING = 8 * 1_048_576
const FLUSH_BYTES = 65_536
const FLUSH_MS = 50
const RETRY_MS = 200
/** Over HTTP/2 a method may be as long as a whole head; those that sites take are shorter. */
const LONGEST_METHOD = 40
/** Longest wait at the end for the log writer to confirm. */
const CLOSE_MS = 1_000

/**
 * The access log of one edge: JSON lines, sent to the log writer, which alone has files. `JSON.stringify` makes a line in
 * a fifth of the time of a logging library, and nothing of one is needed here (docs/decisions/0019).
 */
export class AccessLog {
  private readonly path: string
  private socket: Socket | undefined
  private pending = ''
  /** Lines in `pending`. */
  private waiting = 0
  /** Lines sent that the log writer has not confirmed: lost with its process. */
  private unconfirmed = 0
  private confirmed: (() => void) | undefined
  private scheduled = false
  private closed = false
  private dropped = 0

  constructor(path: string) {
    this.path = path
    this.dial()
  }

  /** One line a request, when its answer is sent or broken off. */
  write(exchange: Exchange, policyVersion: string, siteHost: string): void {
    const { request, verdict } = exchange
    this.enqueue({
      level: 'info',
      time: request.time,
      id: request.id,
      site: siteHost,
      protocol: request.protocol,
      method: request.method.slice(0, LONGEST_METHOD),
      target: visible(redactTarget(request.target)),
      client: request.client.text,
      peer: request.peer === request.client ? undefined : request.peer.text,
      subject: request.session?.subject,
      session: request.session?.id,
      roles: request.session?.roles,
      status: exchange.status,
      verdict: verdict === undefined ? 'passed' : verdict.reason.id,
      rule: verdict?.rule ?? (request.rule === '' ? undefined : request.rule),
      detail: visible(verdict?.detail),
      bytes: exchange.bytesSent,
      ms: Date.now() - request.time,
      upstream: exchange.upstream === '' ? undefined : exchange.upstream,
      upstreamMs: exchange.upstreamTime < 0 ? undefined : exchange.upstreamTime,
      failure: exchange.failure === '' ? undefined : exchange.failure,
      host: siteHost === '' ? visible(request.authority.slice(0, 253)) : undefined,
      agent: visible(request.headers.get('user-agent')?.slice(0, 256)),
      probe: request.ticket === null ? undefined : true,
      policy: policyVersion,
    })
  }

  /** A line about the edge itself. */
  note(event: string, detail: Record<string, unknown>): void {
    this.enqueue({ level: 'warn', time: Date.now(), event, ...detail })
  }

  /** Sends what waits, until the log writer has it, and closes. */
  async close(): Promise<void> {
    this.closed = true
    this.flush()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.confirmed = resolve
    const timer = setTimeout(resolve, CLOSE_MS)
    if (this.socket === undefined || this.unconfirmed === 0) resolve()
    await promise
    clearTimeout(timer)
    this.socket?.end()
  }

  private enqueue(entry: Record<string, unknown>): void {
    if (this.pending.length + (this.socket?.writableLength ?? 0) > MAX_WAITING) {
      this.dropped += 1
      return
    }
    this.pending += `${JSON.stringify(entry)}\n`
    this.waiting += 1
    if (this.pending.length >= FLUSH_BYTES) this.flush()
    else if (!this.scheduled) {
      this.scheduled = true
      setTimeout(this.flush, FLUSH_MS)
    }
  }

  private readonly flush = (): void => {
    this.scheduled = false
    if (this.pending === '' || this.socket === undefined || !this.socket.writable) return
    const lines = this.pending
    this.unconfirmed += this.waiting
    this.pending = ''
    this.waiting = 0
    this.socket.write(lines)
    if (this.dropped > 0 && this.socket.writableLength < MAX_WAITING / 2) {
      const count = this.dropped
      this.dropped = 0
      this.note('log.dropped', { count })
    }
  }

  private confirm(lines: number): void {
    this.unconfirmed -= lines
    if (this.unconfirmed === 0) this.confirmed?.()
  }

  private dial(): void {
    const socket = connect(this.path)
    socket.on('connect', () => {
      this.socket = socket
      this.flush()
    })
    socket.on(
      'data',
      createCountReader((lines) => this.confirm(lines)),
    )
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.socket = undefined
      this.dropped += this.unconfirmed
      this.confirm(this.unconfirmed)
      if (!this.closed) setTimeout(() => this.dial(), RETRY_MS).unref()
    })
  }
}

/** Reads counts, one a line, however they arrive. */
function createCountReader(onCount: (count: number) => void): (chunk: Buffer) => void {
  let rest = ''
  return (chunk) => {
    const parts = (rest + chunk.toString('latin1')).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) onCount(Number(part))
  }
}

const LATIN_CONTROLS = /[\x7f-\x9f]/

/** JSON escapes the controls of ASCII; terminals obey those of Latin-1, too, such as U+009B in the place of ESC [. */
function visible<T extends string | undefined>(text: T): T | string {
  if (text === undefined || !LATIN_CONTROLS.test(text)) return text
  return text.replace(/[\x7f-\x9f]/g, (control) => `\\x${control.charCodeAt(0).toString(16)}`)
}
