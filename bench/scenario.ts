import { paired, type Spread, spread } from './stats.ts'

/** What every scenario is given. */
export interface Bench {
  /** How often each target is measured, in turn with the others. */
  readonly runs: number
  /** Length of one run of load. */
  readonly seconds: number
  readonly quick: boolean
  /** A temporary folder that others may enter (servers drop their user); removed at the end. */
  readonly folder: string
  /** An ECDSA P-256 certificate for `*.localhost`, for the peers. */
  readonly certificate: { readonly cert: string; readonly key: string }
  /** The command `castellan` that is measured. */
  readonly program: string
  /** Progress for a person, on standard error. */
  say(text: string): void
}

/** One measured series: a line of the table. */
export interface Row extends Spread {
  readonly what: string
  readonly unit: string
  readonly samples: readonly number[]
  /** Share of time (0..1) that the core of the program under test was busy; below 0.9 the load was the limit. */
  readonly busy?: number
}

/** A promise of the project, as a number that holds or does not. `min` and `max` are over the rounds. */
export interface Bar extends Spread {
  readonly claim: string
  readonly unit: string
  readonly must: 'at least' | 'below' | 'at most'
  readonly limit: number
  readonly met: boolean
}

export interface Outcome {
  readonly rows: readonly Row[]
  readonly bars: readonly Bar[]
  /** How it was measured and what a reader must know to judge the figures. */
  readonly notes: readonly string[]
}

export interface Scenario {
  readonly id: string
  readonly title: string
  /** Everything that is started is put on the stack, and ends with it. */
  run(bench: Bench, stack: AsyncDisposableStack): Promise<Outcome>
}

export function row(what: string, unit: string, samples: readonly number[], busy?: readonly number[]): Row {
  const share = busy === undefined ? {} : { busy: spread(busy).median }
  return { what, unit, samples, ...spread(samples), ...share }
}

export function bar(claim: string, unit: string, value: Spread, must: Bar['must'], limit: number): Bar {
  return { claim, unit, ...value, must, limit, met: holds(value.median, must, limit) }
}

function holds(value: number, must: Bar['must'], limit: number): boolean {
  if (must === 'at least') return value >= limit
  return must === 'below' ? value < limit : value <= limit
}

/** "At least `limit` times": the ratio of the medians, with the range over the pairs. */
export function timesBar(claim: string, ours: readonly number[], theirs: readonly number[], limit: number): Bar {
  return bar(
    claim,
    'times',
    paired(ours, theirs, (a, b) => a / b),
    'at least',
    limit,
  )
}
