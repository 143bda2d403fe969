/**
 * A small hash table with open addressing over typed arrays. Many of them make a rate table: each grows and shrinks on
 * its own, in some ten microseconds, so that no request ever waits for a million buckets to move.
 */
export interface Segment {
  /** Low and high half of the hash of the key in each slot. */
  keys: Int32Array
  /** When the bucket in each slot is full again, in ms of the table's time; 0 marks an empty slot. */
  due: Float64Array
  size: number
  /** The latest `due` that was ever evicted; see RateTable. */
  floor: number
}

/** Slots of the smallest segment that holds anything. */
const SMALLEST = 8
/** Slots that are looked at for a bucket to evict: a segment's all would take as long as a hundred requests. */
const WINDOW = 64
/** Shared by all empty segments and never written: an insertion makes room first. */
const NO_KEYS = new Int32Array(2)
const NO_DUE = new Float64Array(1)

export function createSegment(): Segment {
  return { keys: NO_KEYS, due: NO_DUE, size: 0, floor: 0 }
}

/** The slot of a key, or -1. */
export function findSlot({ keys, due }: Segment, lo: number, hi: number): number {
  const mask = due.length - 1
  for (let slot = lo & mask; due[slot] !== 0; slot = (slot + 1) & mask) {
    if (keys[2 * slot] === lo && keys[2 * slot + 1] === hi) return slot
  }
  return -1
}

/** Puts in a key that is not there, and returns its slot. When that needs more slots, full buckets are dropped first. */
export function insertSlot(segment: Segment, lo: number, hi: number, due: number, time: number): number {
  if ((segment.size + 1) * 4 > segment.due.length * 3) rebuild(segment, time, liveAt(segment, time) + 1)
  segment.size++
  return place(segment, lo, hi, due)
}

/**
 * Drops the buckets that are full at `time`: such a bucket says no more than none. A few among many stay for a later
 * turn, because copying costs more than they do.
 */
export function reclaimSlots(segment: Segment, time: number): void {
  const slots = segment.due.length
  const live = liveAt(segment, time)
  if (segment.size > 0 && (live * 8 < slots || (segment.size - live) * 8 > slots)) rebuild(segment, time, live)
}

/** Of the buckets in a window of slots from the home of a key, the one that is full soonest; -1 when there is none. */
export function soonestSlot({ due }: Segment, lo: number): number {
  const mask = due.length - 1
  const window = Math.min(WINDOW, due.length)
  let found = -1
  let soonest = Number.POSITIVE_INFINITY
  for (let n = 0; n < window; n++) {
    const slot = (lo + n) & mask
    const at = due[slot]!
    if (at === 0 || at >= soonest) continue
    soonest = at
    found = slot
  }
  return found
}

/** Removes by shifting back what follows (Knuth, TAOCP 6.4, algorithm R), so that no tombstones pile up. */
export function removeSlot(segment: Segment, slot: number): void {
  const { keys, due } = segment
  const mask = due.length - 1
  let hole = slot
  for (let next = (hole + 1) & mask; due[next] !== 0; next = (next + 1) & mask) {
    const home = keys[2 * next]! & mask
    if (((next - home) & mask) < ((next - hole) & mask)) continue
    keys[2 * hole] = keys[2 * next]!
    keys[2 * hole + 1] = keys[2 * next + 1]!
    due[hole] = due[next]!
    hole = next
  }
  due[hole] = 0
  segment.size--
}

function place({ keys, due }: Segment, lo: number, hi: number, at: number): number {
  const mask = due.length - 1
  let slot = lo & mask
  while (due[slot] !== 0) slot = (slot + 1) & mask
  keys[2 * slot] = lo
  keys[2 * slot + 1] = hi
  due[slot] = at
  return slot
}

function liveAt({ due }: Segment, time: number): number {
  let live = 0
  for (let slot = 0; slot < due.length; slot++) if (due[slot]! > time) live++
  return live
}

/** Moves what is not full at `time` into arrays at most half full when they hold `size` buckets. */
function rebuild(segment: Segment, time: number, size: number): void {
  const { keys, due } = segment
  const length = size === 0 ? 0 : Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(size * 2)))
  segment.keys = length === 0 ? NO_KEYS : new Int32Array(2 * length)
  segment.due = length === 0 ? NO_DUE : new Float64Array(length)
  segment.size = 0
  for (let slot = 0; slot < due.length; slot++) {
    if (due[slot]! <= time) continue
    place(segment, keys[2 * slot]!, keys[2 * slot + 1]!, due[slot]!)
    segment.size++
  }
}
