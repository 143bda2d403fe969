import type { Exchange } from './exchange.ts'

/** Looks within one deadline: a client that stops is let go after the deadline and a quarter of it at most. */
const LOOKS = 4

/** How much of an answer a client had taken, and since when it took no more. */
interface Mark {
  readonly taken: number
  readonly since: number
}

/**
 * Breaks off answers of which the client takes nothing for too long, like `send_timeout` of nginx: it closed its window,
 * of TCP or of HTTP/2, or went away without a word. Else it would hold the upstream's connection for ever. What counts
 * is what the kernel takes, so that the last few hundred kilobytes may be on their way for longer.
 */
export class WriteDeadline {
  private readonly exchanges: Iterable<Exchange>
  private marks = new Map<Exchange, Mark>()
  private timer: NodeJS.Timeout | undefined
  private limit = 0

  /** `exchanges` are those under way; breaking one off may take it out. */
  constructor(exchanges: Iterable<Exchange>) {
    this.exchanges = exchanges
  }

  /** Sets the deadline in ms, also for answers under way. */
  set(limit: number): void {
    if (limit === this.limit) return
    this.limit = limit
    clearInterval(this.timer)
    this.timer = setInterval(() => this.look(performance.now()), limit / LOOKS).unref()
  }

  private look(now: number): void {
    const marks = new Map<Exchange, Mark>()
    for (const exchange of this.exchanges) {
      const waiting = exchange.sink.writableLength
      if (waiting === 0) continue
      const taken = exchange.bytesSent - waiting
      const before = this.marks.get(exchange)
      const mark = before?.taken === taken ? before : { taken, since: now }
      if (now - mark.since < this.limit) marks.set(exchange, mark)
      else this.breakOff(exchange)
    }
    this.marks = marks
  }

  private breakOff(exchange: Exchange): void {
    exchange.failure = `the client took nothing of the answer for ${this.limit} ms`
    exchange.responder.abort()
  }
}
