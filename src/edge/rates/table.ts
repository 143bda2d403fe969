import type { BucketLimit } from '../../kernel/guard.ts'
import { createSegment, findSlot, insertSlot, reclaimSlots, removeSlot, type Segment, soonestSlot } from './segment.ts'
import { createKeyHasher, type Hash64, type KeyHasher } from './siphash.ts'

/** Buckets at most, about 34 bytes each when so many are held. */
export const MAX_BUCKETS = 2_000_000
const MAX_SEGMENTS = 1_024
/** Buckets of a segment when the table is full: moving so many takes some ten microseconds. */
const SEGMENT_BUCKETS = 1_024
/** What floating point may lose of a token. */
const ROUNDING = 1e-6
/** A clock that is behind by more was set back; by less, two readings crossed. Milliseconds. */
const SET_BACK_MS = 1_000

/**
 * Token buckets, one a key, as the generic cell rate algorithm keeps them (ITU-T I.371): a bucket is one number, the time
 * when it will be full again. A full bucket says the same as none, so it is dropped, whatever its limit was.
 *
 * Keys are 64-bit keyed hashes. Two clients that collide share a bucket: with a million buckets the odds that any two
 * do are 1 in 37 million, and without the seed nobody can look for them.
 *
 * A table that holds its maximum evicts the bucket that is full soonest among some of the same segment, and remembers
 * when: whoever comes new to that segment starts at least as empty. So nobody gains by being evicted: a full table closes
 * the gate, and never opens it.
 */
export class RateTable {
  readonly #hash: KeyHasher
  readonly #key: Hash64 = new Int32Array(2)
  readonly #segments: readonly Segment[]
  readonly #shift: number
  readonly #max: number
  #size = 0
  #cursor = 0
  /** Runs on and never back, from 1, so that 0 can mark an empty slot. Milliseconds. */
  #time = 1
  #clock = Number.NaN

  /** @param seed 16 random bytes, the same in all edges. */
  constructor(seed: Uint8Array, max: number = MAX_BUCKETS) {
    this.#hash = createKeyHasher(seed)
    this.#max = max
    const bits = Math.floor(Math.log2(Math.min(MAX_SEGMENTS, Math.max(1, max / SEGMENT_BUCKETS))))
    this.#shift = 32 - bits
    this.#segments = Array.from({ length: 2 ** bits }, createSegment)
  }

  get size(): number {
    return this.#size
  }

  /** Bytes of the typed arrays. */
  get bytes(): number {
    const arrays = new Set(this.#segments.flatMap(({ keys, due }) => [keys, due]))
    return [...arrays].reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  /** The hash of a key, in an array that the next call writes again. */
  keyOf(scope: number, client: string): Hash64 {
    this.#hash(scope, client, this.#key)
    return this.#key
  }

  /** Takes one token; false when there is none. `now` in milliseconds. */
  take(scope: number, client: string, limit: BucketLimit, now: number): boolean {
    this.#hash(scope, client, this.#key)
    return this.grant(this.#key[0]!, this.#key[1]!, 1, 0, limit, now) === 1
  }

  /**
   * Takes up to `need` tokens, and of what is left then up to `extra`, but no more than a quarter. Returns how many.
   * A bucket holds `burst` tokens, at least one.
   */
  grant(lo: number, hi: number, need: number, extra: number, { rate, burst }: BucketLimit, now: number): number {
    // Also false for NaN: what is no limit admits nobody.
    if (!(rate > 0 && rate < Number.POSITIVE_INFINITY)) return 0
    const time = this.advance(now)
    const each = 1 / rate
    const depth = Math.max(1, burst) * each
    const segment = this.#segmentOf(hi)
    const found = findSlot(segment, lo, hi)
    const slot = found >= 0 ? found : this.#open(segment, lo, hi, time)
    // More debt than an empty bucket has comes from another limit, before a reload, or from a floor.
    const debt = Math.min(Math.max(segment.due[slot]! - time, 0), depth)
    const left = Math.floor((depth - debt) / each + ROUNDING)
    const needed = Math.min(left, need)
    const granted = needed + Math.min(extra, Math.floor((left - needed) / 4))
    segment.due[slot] = time + debt + granted * each
    return granted
  }

  /** Puts back tokens that were granted and not used. */
  giveBack(lo: number, hi: number, tokens: number, { rate }: BucketLimit, now: number): void {
    if (!(rate > 0 && tokens > 0)) return
    const time = this.advance(now)
    const segment = this.#segmentOf(hi)
    const slot = findSlot(segment, lo, hi)
    if (slot >= 0) segment.due[slot] = Math.max(time, segment.due[slot]! - tokens / rate)
  }

  /** Milliseconds until the bucket is full again; 0 when it is. */
  debt(lo: number, hi: number, now: number): number {
    const time = this.advance(now)
    const segment = this.#segmentOf(hi)
    const slot = findSlot(segment, lo, hi)
    return slot < 0 ? 0 : Math.max(0, segment.due[slot]! - time)
  }

  /** Makes the debt at least this many milliseconds. */
  raise(lo: number, hi: number, debt: number, now: number): void {
    const time = this.advance(now)
    if (!(debt > 0 && debt < Number.POSITIVE_INFINITY)) return
    const segment = this.#segmentOf(hi)
    const found = findSlot(segment, lo, hi)
    const slot = found >= 0 ? found : this.#open(segment, lo, hi, time)
    segment.due[slot] = Math.max(segment.due[slot]!, time + debt)
  }

  /** Drops the full buckets of the next segments in turn. The caller's timer keeps it going when nobody takes. */
  sweep(now: number, segments: number): void {
    const time = this.advance(now)
    for (let n = 0; n < Math.min(segments, this.#segments.length); n++) {
      const segment = this.#segments[this.#cursor]!
      const before = segment.size
      reclaimSlots(segment, time)
      this.#size += segment.size - before
      this.#cursor = (this.#cursor + 1) % this.#segments.length
    }
  }

  /**
   * Moves the table's time on to `now`, and returns it: a clock that is set back neither refills a bucket nor makes
   * anybody wait for it to catch up.
   */
  advance(now: number): number {
    if (now >= this.#clock) {
      this.#time += now - this.#clock
      this.#clock = now
    } else if (!(this.#clock - now <= SET_BACK_MS)) this.#clock = now
    return this.#time
  }

  // A shift by 32 is one by 0 in JavaScript; with one segment there is nothing to choose.
  #segmentOf(hi: number): Segment {
    return this.#segments[this.#shift === 32 ? 0 : hi >>> this.#shift]!
  }

  #open(segment: Segment, lo: number, hi: number, time: number): number {
    if (this.#size >= this.#max) this.#evict(segment, lo)
    const before = segment.size
    const slot = insertSlot(segment, lo, hi, Math.max(time, segment.floor), time)
    this.#size += segment.size - before
    return slot
  }

  // Where the window is empty while the table is full, nothing goes: segments even out, so it stays a matter of a few.
  #evict(segment: Segment, lo: number): void {
    const soonest = soonestSlot(segment, lo)
    if (soonest < 0) return
    segment.floor = Math.max(segment.floor, segment.due[soonest]!)
    removeSlot(segment, soonest)
    this.#size--
  }
}
