/** A sample's middle and its ends; the unit is the sample's. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/**
 * The value below which the share `q` (0..1) of the sample lies, by the nearest rank: always a value that was seen.
 * Throws a RangeError for an empty sample, because a figure out of nothing would be an invented one.
 */
export function quantile(sample: Iterable<number>, q: number): number {
  const sorted = Float64Array.from(sample).sort()
  if (sorted.length === 0) throw new RangeError('a quantile of no values')
  const rank = Math.ceil(q * sorted.length)
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1]!
}

/** The middle value; for an even count the mean of the two in the middle. */
export function median(sample: readonly number[]): number {
  const lower = quantile(sample, 0.5)
  if (sample.length % 2 === 1) return lower
  return (lower + sample.toSorted((a, b) => a - b)[sample.length / 2]!) / 2
}

export function spread(sample: readonly number[]): Spread {
  return { median: median(sample), min: quantile(sample, 0), max: quantile(sample, 1) }
}

/**
 * Compares two samples that were taken in turn, `a[i]` just before or after `b[i]`.
 * `median` is `of` the two medians; `min` and `max` are over the pairs, so that drift of the machine
 * between rounds does not count as spread.
 */
export function paired(a: readonly number[], b: readonly number[], of: (a: number, b: number) => number): Spread {
  if (a.length !== b.length) throw new RangeError(`pairs need equal samples: ${a.length} and ${b.length}`)
  const pairs = a.map((value, i) => of(value, b[i]!))
  return { median: of(median(a), median(b)), min: Math.min(...pairs), max: Math.max(...pairs) }
}
