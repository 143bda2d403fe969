export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Reads the closing lines of Node's test runner. A run that counted nothing is one failure: it tested nothing. */
export function countsOf(output: string, ok: boolean): Counts {
  const number = (word: string) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)
  const counts = {
    passed: number('pass'),
    failed: number('fail') + number('cancelled'),
    skipped: number('skipped') + number('todo'),
  }
  if (counts.passed + counts.failed === 0 || (!ok && counts.failed === 0))
    return { ...counts, failed: counts.failed + 1 }
  return counts
}

export function sum(all: readonly Counts[]): Counts {
  const of = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0)
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') }
}
