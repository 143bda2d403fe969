import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, paired, quantile, spread } from './stats.ts'

test('takes the middle of an odd sample and the mean of two of an even one, in any order', () => {
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([9, 1, 5, 7]), 6)
  assert.equal(median([10, 9, 100]), 10, 'numbers are sorted as numbers, not as text')
})

test('a quantile is a value that was seen', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)
  assert.equal(quantile(hundred, 0.99), 99)
  assert.equal(quantile(hundred, 0.5), 50)
  assert.equal(quantile(hundred, 0), 1)
  assert.equal(quantile(hundred, 1), 100)
  assert.equal(quantile([3], 0.99), 3)
})

test('refuses to state a figure for an empty sample', () => {
  assert.throws(() => quantile([], 0.5), RangeError)
  assert.throws(() => spread([]), RangeError)
})

test('leaves the sample as it was', () => {
  const sample = [3, 1, 2]
  assert.deepEqual(spread(sample), { median: 2, min: 1, max: 3 })
  assert.deepEqual(sample, [3, 1, 2])
})

test('compares medians, and gives the range over pairs of the same round', () => {
  // The machine is twice as fast in the second round: each ratio is 2, though the samples overlap.
  const ratio = paired([200, 400, 200], [100, 200, 100], (a, b) => a / b)
  assert.deepEqual(ratio, { median: 2, min: 2, max: 2 })
  assert.throws(() => paired([1, 2], [1], (a, b) => a / b), RangeError)
})
