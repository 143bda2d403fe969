import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BucketLimit } from '../../kernel/guard.ts'
import { RateTable } from './table.ts'

const SEED = randomBytes(16)
const LIMIT = { rate: 0.1, burst: 20 }

/** A token bucket as a textbook writes it, one object a key, never dropped. */
class NaiveBuckets {
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  take(scope: number, client: string, { rate, burst }: BucketLimit, now: number): boolean {
    const bucket = this.#buckets.get(`${scope} ${client}`) ?? { tokens: burst, at: now }
    this.#buckets.set(`${scope} ${client}`, bucket)
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) * rate)
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }
}

const limits: readonly BucketLimit[] = [
  { rate: 0.125, burst: 5 },
  { rate: 0.5, burst: 1 },
  { rate: 1 / 1_024, burst: 3 },
]
const steps = fc.array(
  fc.record({ scope: fc.nat(2), client: fc.nat(40), wait: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(5_000)) }),
  { minLength: 50, maxLength: 600 },
)

test('decides as a naive model does, for several limits at once, swept at any moment', () => {
  let taken = 0
  fc.assert(
    fc.property(steps, fc.nat(20), (run, every) => {
      const [table, model] = [new RateTable(SEED), new NaiveBuckets()]
      let now = 1_700_000_000_000
      for (const [index, { scope, client, wait }] of run.entries()) {
        now += wait
        if (index % (every + 1) === 0) table.sweep(now, 1_024)
        const expected = model.take(scope, `c${client}`, limits[scope]!, now)
        assert.equal(table.take(scope, `c${client}`, limits[scope]!, now), expected)
        taken++
      }
    }),
    { numRuns: 400 },
  )
  console.log(`${taken} decisions compared`)
})

test('a table too small for its clients never admits what the naive model would refuse', () => {
  const takes = fc.array(fc.tuple(fc.nat(9), fc.nat(3)), { minLength: 200, maxLength: 400 })
  fc.assert(
    fc.property(takes, fc.integer({ min: 1, max: 6 }), (run, max) => {
      const table = new RateTable(SEED, max)
      // It counts only what the table lets through, so it is exactly as full as a bucket that is never evicted.
      const admitted = new NaiveBuckets()
      let now = 0
      for (const [client, wait] of run) {
        now += wait
        if (table.take(0, `c${client}`, limits[0]!, now)) assert.ok(admitted.take(0, `c${client}`, limits[0]!, now))
        assert.ok(table.size <= max)
      }
    }),
    { numRuns: 400 },
  )
})

test('a table full of empty buckets refuses a newcomer, and admits it one token later', () => {
  const table = new RateTable(SEED, 500)
  for (let client = 0; client < 500; client++) for (let n = 0; n < 20; n++) table.take(0, `c${client}`, LIMIT, 0)
  assert.equal(table.size, 500)
  assert.equal(table.take(0, 'newcomer', LIMIT, 0), false)
  assert.equal(table.take(0, 'newcomer', LIMIT, 11), true)
})

test('a flood of 300,000 clients in a full table does not give an exhausted client its tokens back', () => {
  const table = new RateTable(SEED, 50_000)
  const limit = { rate: 1 / 60_000, burst: 20 }
  for (let n = 0; n < 20; n++) assert.equal(table.take(0, 'attacker', limit, 0), true)
  for (let client = 0; client < 300_000; client++) table.take(0, `c${client}`, limit, 0)
  assert.ok(table.size <= 50_000)
  for (let n = 0; n < 100; n++) assert.equal(table.take(0, 'attacker', limit, 0), false)
})

test('a bucket of another scope is another bucket', () => {
  const table = new RateTable(SEED)
  for (let n = 0; n < 20; n++) assert.equal(table.take(1, 'a', LIMIT, 0), true)
  assert.equal(table.take(1, 'a', LIMIT, 0), false)
  assert.equal(table.take(2, 'a', LIMIT, 0), true)
})

test('a burst of 0 still admits at the rate', () => {
  const table = new RateTable(SEED)
  const limit = { rate: 0.01, burst: 0 }
  const admitted = Array.from({ length: 1_000 }, (_, now) => table.take(0, 'a', limit, now)).filter(Boolean)
  assert.equal(admitted.length, 10)
})

test('admits nobody when the rate is no number of tokens', () => {
  for (const rate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(new RateTable(SEED).take(0, 'a', { rate, burst: 10 }, 0), false)
  }
})

test('a smaller limit after a reload holds at once, and an old debt does not outlast the new bucket', () => {
  const table = new RateTable(SEED)
  for (let n = 0; n < 20; n++) table.take(0, 'a', { rate: 1 / 60_000, burst: 20 }, 0)
  assert.equal(table.take(0, 'a', LIMIT, 0), false)
  assert.equal(table.take(0, 'a', LIMIT, 10), true)
  assert.equal(table.take(0, 'a', LIMIT, 10), false)
})

test('a clock that is set back an hour neither refills a bucket nor stops it', () => {
  const table = new RateTable(SEED)
  const [before, after] = [7_200_000, 3_600_000]
  for (let n = 0; n < 20; n++) table.take(0, 'a', LIMIT, before)
  assert.equal(table.take(0, 'a', LIMIT, after), false)
  assert.equal(table.take(0, 'a', LIMIT, after + 10), true)
  assert.equal(table.take(0, 'a', LIMIT, after + 10), false)
})

test('what is granted at once is what is left, and of a reserve no more than a quarter', () => {
  const table = new RateTable(SEED)
  const [lo, hi] = table.keyOf(0, 'a')
  assert.equal(table.grant(lo!, hi!, 4, 100, LIMIT, 0), 4 + 4)
  assert.equal(table.grant(lo!, hi!, 50, 0, LIMIT, 0), 12)
  assert.equal(table.grant(lo!, hi!, 1, 0, LIMIT, 0), 0)
  table.giveBack(lo!, hi!, 3, LIMIT, 0)
  assert.equal(table.grant(lo!, hi!, 50, 0, LIMIT, 0), 3)
  table.giveBack(lo!, hi!, 1_000, LIMIT, 0)
  assert.equal(table.grant(lo!, hi!, 50, 0, LIMIT, 0), 20)
})

/** Processor time of this thread, in ms: what other programs take of the core does not count. */
function busy(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}

test('a million buckets take less than 64 MB, no insertion stalls, and all are reclaimed', () => {
  const table = new RateTable(SEED)
  const limit = { rate: 1 / 1_000, burst: 60 }
  const hundred = (first: number): void => {
    for (let n = first; n < first + 100; n++) table.take(0, `2001:db8:${n.toString(16)}::/64`, limit, 0)
  }
  const steps = Array.from({ length: 10_000 }, (_, step) => busy(() => hundred(step * 100)))
  const each = steps.reduce((total, step) => total + step, 0)
  const megabytes = table.bytes / 1e6
  console.log(`1,000,000 buckets: ${megabytes.toFixed(1)} MB, ${each.toFixed(0)} ns each`)
  console.log(`slowest hundred ${Math.max(...steps).toFixed(2)} ms`)
  assert.equal(table.size, 1_000_000)
  assert.ok(megabytes < 64)
  assert.ok(Math.max(...steps) < 20)
  const sweeps = Array.from({ length: 256 }, () => busy(() => table.sweep(1_001, 4)))
  console.log(`reclaimed, slowest step of 4 segments ${Math.max(...sweeps).toFixed(2)} ms`)
  assert.ok(Math.max(...sweeps) < 5)
  assert.equal(table.size, 0)
  assert.ok(table.bytes < 100)
})

test('reclaims only buckets that are full, and makes the arrays smaller', () => {
  const table = new RateTable(SEED)
  for (let client = 0; client < 100_000; client++) table.take(0, `c${client}`, LIMIT, 0)
  for (let n = 0; n < 20; n++) table.take(0, 'busy', LIMIT, 0)
  const { bytes } = table
  table.sweep(11, 1_024)
  assert.equal(table.size, 1)
  assert.ok(table.bytes * 100 < bytes)
  assert.equal(table.take(0, 'busy', LIMIT, 11), true)
  assert.equal(table.take(0, 'busy', LIMIT, 11), false)
})

test('a known client costs no memory and less than 2 microseconds of processor time', () => {
  const table = new RateTable(SEED)
  const clients = Array.from({ length: 1_000 }, () => randomBytes(32).toString('base64url'))
  const round = (): void => {
    for (let n = 0; n < 400; n++) for (const client of clients) table.take(7, client, LIMIT, n)
  }
  round()
  const before = process.memoryUsage().heapUsed
  const started = process.cpuUsage()
  round()
  const each = (process.cpuUsage(started).user / 400_000) * 1e3
  const grown = (process.memoryUsage().heapUsed - before) / 400_000
  console.log(`take: ${each.toFixed(0)} ns of processor time, ${grown.toFixed(2)} bytes of heap`)
  assert.ok(each < 2_000)
  assert.ok(grown < 2)
})

// Colliding keys of a weak, unkeyed hash: the same letters in another order, long common prefixes, counters.
test('keys that were chosen to look alike are spread as random ones are', () => {
  const table = new RateTable(SEED)
  const keys = [
    ...Array.from({ length: 60_000 }, (_, n) => 'a'.repeat(n % 40) + n.toString(2).replaceAll('0', 'b')),
    ...Array.from({ length: 60_000 }, (_, n) => `${String.fromCharCode(n % 256)}${n}`),
    ...Array.from({ length: 60_000 }, (_, n) => `10.0.${n >> 8}.${n & 255}`),
  ]
  const loads = new Uint32Array(1_024)
  const distinct = new Set(keys)
  const hashes = new Set<string>()
  for (const client of distinct) {
    const [lo, hi] = table.keyOf(0, client)
    loads[lo! & 1_023]!++
    hashes.add(`${lo},${hi}`)
  }
  const mean = distinct.size / 1_024
  const squares = loads.reduce((sum, load) => sum + (load - mean) ** 2, 0)
  console.log(`chi-squared ${(squares / mean).toFixed(0)} for 1,023 degrees of freedom`)
  assert.equal(hashes.size, distinct.size)
  // Six standard deviations.
  assert.ok(squares / mean < 1_023 + 6 * Math.sqrt(2 * 1_023))
})
