import { type Address, readNetwork } from './address.ts'

/** Many networks, compiled for lookup. Both functions cost about the same for ten networks and for 100,000. */
export interface NetworkSet {
  /** Whether any network holds this address. */
  has(address: Address): boolean
  /** The index, in the list that was compiled, of the most specific network that holds it; -1 if there is none. */
  find(address: Address): number
  /** How many networks were compiled. */
  readonly size: number
}

/**
 * The address space of one family, cut where the answer changes. `cuts` holds a record a cut, ascending: `width` words
 * of its first address, then the answer from there to the next cut, plus one (0: none). Side by side, so that a lookup
 * touches one cache line. `index` maps a slice of the first word's range to the cuts that lie in it, so that a search
 * begins with few of them. At most two cuts a network, of 8 bytes for IPv4 and 20 for IPv6; 4 bytes a slice.
 */
interface Table {
  readonly width: number
  readonly cuts: Uint32Array
  readonly index: Uint32Array
  readonly min: number
  readonly shift: number
}

/** The networks of one family, a record each, side by side: `width` words, the prefix, the place in the list. */
interface Entries {
  readonly width: number
  readonly records: Uint32Array
  count: number
}

/** Networks dealt with in one go; about 2 ms. */
const SLICE = 2_000

/**
 * Compiles CIDR networks of both families, in any order, nested or repeated (of equal ones the first is reported).
 * IPv4 addresses are found in IPv4 networks only: `::/0` does not hold them. Throws the RangeError of `parseNetwork`.
 */
export function compileNetworks(cidrs: readonly string[]): NetworkSet {
  const steps = compileSlices(cidrs)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/**
 * `compileNetworks` in slices of a few milliseconds, so that an edge can answer requests between them. All of it is
 * loops over typed arrays: with an object a network and a comparing sort, 100,000 took five times as long.
 */
export function* compileSlices(cidrs: readonly string[]): Generator<void, NetworkSet> {
  const v4: Entries = { width: 1, records: new Uint32Array(3 * cidrs.length), count: 0 }
  const v6: Entries = { width: 4, records: new Uint32Array(6 * cidrs.length), count: 0 }
  for (let from = 0; from < cidrs.length; from += SLICE) {
    for (let position = from; position < Math.min(from + SLICE, cidrs.length); position++) {
      const { words, prefix } = readNetwork(cidrs[position]!)
      addEntry(words.length === 1 ? v4 : v6, words, prefix, position)
    }
    yield
  }
  const four = yield* compileTable(v4)
  const six = yield* compileTable(v6)
  const find = (address: Address): number => locate(address.family === 4 ? four : six, address.words)
  return Object.freeze({ has: (address: Address) => find(address) !== -1, find, size: cidrs.length })
}

function addEntry(entries: Entries, words: readonly number[], prefix: number, position: number): void {
  let at = entries.count++ * (entries.width + 2)
  for (const word of words) entries.records[at++] = word
  entries.records[at] = prefix
  entries.records[at + 1] = position
}

/** Outer before inner; of equal ones the first listed comes last, and so wins as the innermost. Radix sort by bytes. */
function* sortEntries(entries: Entries): Generator<void, Uint32Array> {
  const { width, count } = entries
  let order = new Uint32Array(count)
  for (let i = 0; i < count; i++) order[i] = count - 1 - i
  let spare = new Uint32Array(count)
  // The prefix is one byte, the words have four each; the least significant first.
  for (let byte = -1; byte < 4 * width; byte++) {
    const column = byte === -1 ? width : width - 1 - (byte >> 2)
    if (scatter(entries, order, spare, column, byte === -1 ? 0 : 8 * (byte & 3))) [order, spare] = [spare, order]
    if (count > SLICE) yield
  }
  return order
}

/** One stable pass by one byte of a column, from `order` to `sorted`; false when all have the same there. */
function scatter(
  { width, records, count }: Entries,
  order: Uint32Array,
  sorted: Uint32Array,
  column: number,
  shift: number,
): boolean {
  const stride = width + 2
  const ends = new Uint32Array(257)
  for (let i = 0; i < count; i++) ends[((records[i * stride + column]! >>> shift) & 255) + 1]!++
  if (ends.includes(count)) return false
  for (let i = 1; i < 257; i++) ends[i]! += ends[i - 1]!
  for (let i = 0; i < count; i++) {
    const entry = order[i]!
    sorted[ends[(records[entry * stride + column]! >>> shift) & 255]!++] = entry
  }
  return true
}

function* compileTable(entries: Entries): Generator<void, Table> {
  const { width } = entries
  const cuts = yield* cutSpace(entries)
  const count = cuts.length / (width + 1)
  const min = cuts[0] ?? 0
  const range = count === 0 ? 0 : cuts[cuts.length - width - 1]! - min
  const shift = shiftFor(range, count)
  return { width, cuts, index: indexOf(cuts, width, shift), min, shift }
}

/** There are no more lengths of a prefix, and so no more networks, one inside the other. */
const DEEPEST = 129

/** Two networks are nested or disjoint, never crossing, so a stack of the open ones tells the innermost at any point. */
function* cutSpace(entries: Entries): Generator<void, Uint32Array> {
  const { width, records, count } = entries
  const order = yield* sortEntries(entries)
  const space: Space = {
    cuts: { width, records: new Uint32Array(2 * count * (width + 1)), end: 0 },
    open: [],
    ends: new Uint32Array(DEEPEST * width),
    endless: 0,
  }
  let before = -1
  for (let from = 0; from < count; from += SLICE) {
    for (const entry of order.subarray(from, from + SLICE)) {
      const at = entry * (width + 2)
      // An equal one takes its place.
      if (before !== -1 && compare(records, before, records, at, width + 1) === 0) space.open.pop()
      enter(space, records, at)
      before = at
    }
    yield
  }
  while (space.open.length > space.endless) leave(space)
  return space.cuts.records.slice(0, space.cuts.end)
}

interface Space {
  readonly cuts: Cuts
  /** Of each open network its place in the list, and in `ends` the first address behind it. */
  readonly open: number[]
  readonly ends: Uint32Array
  /** How many of the open ones, the outermost, go to the end of the address space, so that nothing closes them. */
  endless: number
}

function enter(space: Space, records: Uint32Array, at: number): void {
  const { cuts, open, ends } = space
  const { width } = cuts
  while (open.length > space.endless && compare(ends, (open.length - 1) * width, records, at, width) <= 0) leave(space)
  const position = records[at + width + 1]!
  cut(cuts, records, at, position)
  const closes = putBehind(ends, open.length * width, records, at, width)
  open.push(position)
  if (!closes) space.endless = open.length
}

function leave({ cuts, open, ends }: Space): void {
  open.pop()
  cut(cuts, ends, open.length * cuts.width, open.at(-1) ?? -1)
}

/** Grows in ascending order. */
interface Cuts {
  readonly width: number
  readonly records: Uint32Array
  end: number
}

/** Adds the cut at the address that stands in `words` at `from`; of two at one address the later stands. */
function cut(cuts: Cuts, words: Uint32Array, from: number, value: number): void {
  const { width, records } = cuts
  let at = cuts.end - width - 1
  if (at < 0 || compare(records, at, words, from, width) !== 0) {
    at = cuts.end
    cuts.end += width + 1
  }
  for (let i = 0; i < width; i++) records[at + i] = words[from + i]!
  records[at + width] = value + 1
}

/** Writes the first address behind the network at `from` to `ends`; false where the address space ends with it. */
function putBehind(ends: Uint32Array, to: number, records: Uint32Array, from: number, width: number): boolean {
  const prefix = records[from + width]!
  for (let i = 0; i < width; i++) ends[to + i] = records[from + i]!
  let step = 2 ** ((32 - (prefix % 32)) % 32)
  for (let i = Math.ceil(prefix / 32) - 1; i >= 0; i--) {
    const sum = ends[to + i]! + step
    ends[to + i] = sum
    if (sum <= 0xffffffff) return true
    step = 1
  }
  return false
}

/** The shift that leaves about one slice a cut, and never more than 65,536 slices (256 KiB). */
function shiftFor(range: number, cuts: number): number {
  const slices = Math.min(cuts, 0x10000)
  let shift = 0
  while (shift < 31 && range >>> shift >= slices) shift++
  return shift
}

/** `index[slice]` is the number of cuts in earlier slices; one more element closes the last slice. */
function indexOf(cuts: Uint32Array, width: number, shift: number): Uint32Array {
  const record = width + 1
  const min = cuts[0] ?? 0
  const last = ((cuts[cuts.length - record] ?? min) - min) >>> shift
  const index = new Uint32Array(last + 2)
  for (let at = 0; at < cuts.length; at += record) index[((cuts[at]! - min) >>> shift) + 1]!++
  for (let i = 1; i < index.length; i++) index[i]! += index[i - 1]!
  return index
}

/** Binary search for the last cut at or before the address. Allocates nothing. */
function locate(table: Table, words: readonly number[]): number {
  const first = words[0]!
  const { index, cuts, width, min } = table
  if (first < min) return -1
  const slice = Math.min((first - min) >>> table.shift, index.length - 2)
  let low = index[slice]!
  let high = index[slice + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBehind(cuts, middle * (width + 1), width, words)) high = middle
    else low = middle + 1
  }
  return low === 0 ? -1 : cuts[low * (width + 1) - 1]! - 1
}

/** Whether the cut whose record is at `at` begins behind the address. */
function isBehind(cuts: Uint32Array, at: number, width: number, words: readonly number[]): boolean {
  for (let i = 0; i < width; i++) {
    const start = cuts[at + i]!
    const word = words[i]!
    if (start !== word) return start > word
  }
  return false
}

/** Compares `length` words, the most significant first. */
function compare(a: Uint32Array, atA: number, b: Uint32Array, atB: number, length: number): number {
  for (let i = 0; i < length; i++) {
    if (a[atA + i] !== b[atB + i]) return a[atA + i]! - b[atB + i]!
  }
  return 0
}
