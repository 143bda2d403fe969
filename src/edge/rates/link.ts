import type { Clock } from '../../kernel/clock.ts'
import type { BucketLimit } from '../../kernel/guard.ts'
import { type Answer, type Ask, ask, giveBack, type Return } from './frames.ts'
import { Peer } from './peer.ts'
import type { RateTable } from './table.ts'

/** How long granted tokens may be used; what an edge can hoard is bounded by `rate` times this. Milliseconds. */
const LEASE_MS = 50
/**
 * An owner that is silent for longer is taken for gone until it is heard again. A dead one is known at once, by its
 * connection; with 50 ms, edges on starved cores took each other for gone, and admitted a quarter too much.
 */
const ANSWER_MS = 250
/** A refusal is remembered until the next token, but no longer than this. */
const REFUSAL_MS = 1_000
/** Tokens on reserve in one lease. */
const MAX_EXTRA = 256
/** Keys with a lease or a refusal at a time; what comes above is decided here. */
const MAX_LEASES = 65_536

/** What this edge holds of a bucket that another edge owns. Times are the table's. */
interface Lease {
  readonly lo: number
  readonly hi: number
  limit: BucketLimit
  tokens: number
  /** Until when the tokens may be used. */
  expires: number
  /** Until when the owner has nothing to give. */
  refuses: number
  /** Tokens on reserve to ask for; doubles while leases are used up, halves when they are not. */
  extra: number
  /** An ask is planned or under way; requests wait for its answer. */
  asking: boolean
  /** Of the last ask, by the monotonic clock of the process. */
  askedAt: number
  waiting: ((granted: boolean) => void)[]
}

/**
 * The way to the edge that owns a share of the keys: asks it for tokens, many keys in one write, and decides by what it
 * gave. While the owner is gone the own table decides, with an equal share of the burst; it knows how empty each bucket was
 * when the owner last spoke of it.
 */
export class Link {
  readonly #table: RateTable
  readonly #clock: Clock
  readonly #count: number
  readonly #peer: Peer
  readonly #tidying: NodeJS.Timeout
  readonly #leases = new Map<number, Lease>()
  /** By id of the ask, oldest first. */
  readonly #pending = new Map<number, Lease>()
  readonly #onUp: () => void
  #planned: Lease[] = []
  #returns: Return[] = []
  #flushing = false
  #nextId = 1
  /**
   * Before the first answer it is worth waiting. After a failure nothing is believed until the owner is heard: a
   * supervisor holds the socket of a dead edge open, so that a connection alone says nothing.
   */
  #state: 'new' | 'up' | 'down' | 'closed' = 'new'
  #deadline: NodeJS.Timeout | undefined

  /** @param count edges, among whom a burst is shared while the owner is gone. */
  constructor(path: string, count: number, table: RateTable, clock: Clock, onUp: () => void) {
    this.#count = count
    this.#table = table
    this.#clock = clock
    this.#onUp = onUp
    this.#peer = new Peer(path, { heard: (answer) => this.#heard(answer), lost: () => this.#lost() })
    this.#tidying = setInterval(() => this.#tidy(), LEASE_MS).unref()
  }

  /** Takes one token of a key that the other edge owns. */
  take(lo: number, hi: number, limit: BucketLimit, now: number): boolean | Promise<boolean> {
    if (this.#state === 'down' || this.#state === 'closed') return this.#takeHere(lo, hi, limit, now)
    // 53 bits of the hash: what a number holds exactly. Leases are few and short.
    const key = (hi & 0x1f_ffff) * 0x1_0000_0000 + (lo >>> 0)
    const lease = this.#leases.get(key)
    if (lease !== undefined) return this.#takeLeased(lease, limit, now)
    if (this.#leases.size >= MAX_LEASES) return this.#takeHere(lo, hi, limit, now)
    const fresh = { lo, hi, limit, tokens: 0, expires: 0, refuses: 0, extra: 0, asking: false, askedAt: 0, waiting: [] }
    this.#leases.set(key, fresh)
    return this.#wait(fresh)
  }

  /** Whatever waits is decided here. */
  close(): void {
    this.#state = 'closed'
    clearInterval(this.#tidying)
    clearTimeout(this.#deadline)
    this.#forget()
    this.#peer.close()
  }

  #takeHere(lo: number, hi: number, { rate, burst }: BucketLimit, now: number): boolean {
    return this.#table.grant(lo, hi, 1, 0, { rate, burst: burst / this.#count }, now) === 1
  }

  #takeLeased(lease: Lease, limit: BucketLimit, now: number): boolean | Promise<boolean> {
    lease.limit = limit
    if (lease.asking) return this.#wait(lease)
    const time = this.#table.advance(now)
    const valid = time < lease.expires
    if (valid && lease.tokens > 0) {
      lease.tokens--
      return true
    }
    if (time < lease.refuses) return false
    if (valid) lease.extra = Math.min(MAX_EXTRA, Math.max(1, lease.extra * 2))
    this.#putBack(lease)
    return this.#wait(lease)
  }

  #wait(lease: Lease): Promise<boolean> {
    if (!lease.asking) this.#request(lease)
    return new Promise((settle) => lease.waiting.push(settle))
  }

  #request(lease: Lease): void {
    lease.asking = true
    this.#planned.push(lease)
    this.#plan()
  }

  /** After all sockets of this turn of the event loop were read: one write for all that their requests ask. */
  #plan(): void {
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#flushing = false
    if (this.#state === 'closed' || this.#planned.length + this.#returns.length === 0) return
    const now = performance.now()
    const asks = this.#planned.map((lease) => this.#askFor(lease, now))
    this.#peer.send([...this.#returns, ...asks])
    this.#planned = []
    this.#returns = []
    this.#watch(ANSWER_MS)
  }

  #askFor(lease: Lease, now: number): Ask {
    const id = this.#nextId
    this.#nextId = id === 0xffff_ffff ? 1 : id + 1
    lease.askedAt = now
    this.#pending.set(id, lease)
    return ask(id, lease.lo, lease.hi, lease.waiting.length, lease.extra, lease.limit)
  }

  #heard({ id, granted, wait, debt }: Answer): void {
    this.#state = 'up'
    this.#onUp()
    const lease = this.#pending.get(id)
    if (lease === undefined) return
    this.#pending.delete(id)
    const now = this.#clock()
    const time = this.#table.advance(now)
    this.#table.raise(lease.lo, lease.hi, debt, now)
    lease.asking = false
    lease.tokens = granted
    lease.expires = time + LEASE_MS
    lease.refuses = wait > 0 ? time + Math.min(wait, REFUSAL_MS) : 0
    this.#serve(lease)
    if (this.#pending.size > 0) this.#watch(ANSWER_MS)
  }

  #serve(lease: Lease): void {
    const waiting = lease.waiting
    const served = Math.min(lease.tokens, waiting.length)
    const rest = waiting.slice(served)
    lease.tokens -= served
    lease.waiting = []
    for (let n = 0; n < served; n++) waiting[n]!(true)
    if (lease.refuses > 0) for (const settle of rest) settle(false)
    else if (rest.length > 0) {
      // They came after the ask was sent, and the bucket is not known to be empty.
      lease.waiting = rest
      this.#request(lease)
    }
  }

  #watch(ms: number): void {
    // setImmediate comes after sockets were read: an answer that lay there while this process was busy is not late.
    this.#deadline ??= setTimeout(() => setImmediate(() => this.#checkDeadline()), ms).unref()
  }

  #checkDeadline(): void {
    this.#deadline = undefined
    const oldest = this.#pending.values().next().value
    if (oldest === undefined || this.#state === 'closed') return
    const left = oldest.askedAt + ANSWER_MS - performance.now()
    if (left > 0) {
      this.#watch(left)
      return
    }
    this.#state = 'down'
    this.#settleHere()
  }

  #lost(): void {
    this.#state = 'down'
    this.#forget()
  }

  /** Leases end with the connection: the next one may lead to another process. */
  #forget(): void {
    this.#settleHere()
    this.#leases.clear()
    this.#pending.clear()
    this.#planned = []
    this.#returns = []
  }

  #settleHere(): void {
    const now = this.#clock()
    for (const lease of this.#leases.values()) {
      const waiting = lease.waiting
      lease.waiting = []
      for (const settle of waiting) settle(this.#takeHere(lease.lo, lease.hi, lease.limit, now))
    }
  }

  #putBack(lease: Lease): void {
    if (lease.tokens === 0) return
    this.#returns.push(giveBack(lease.lo, lease.hi, lease.tokens, lease.limit))
    lease.tokens = 0
    lease.extra >>= 1
    this.#plan()
  }

  /** Gives back what was not used in time, and forgets what says nothing any more. */
  #tidy(): void {
    const time = this.#table.advance(this.#clock())
    for (const [key, lease] of this.#leases) {
      if (lease.asking || time < lease.expires) continue
      this.#putBack(lease)
      if (time >= lease.refuses) this.#leases.delete(key)
    }
  }
}
