import type { CheckResult } from '../result.ts'

/**
 * The report for programs, line by line: one finding a line, so that a large one is never held as one text. Keys and
 * order are stable; new keys may come.
 */
export function* jsonReport(result: CheckResult): Generator<string> {
  const { findings, stacks, files, problems, notes, guide, summary, fixes } = result
  const profiles = new Set(stacks.map(({ profile }) => profile))
  yield '{"findings":['
  for (const [index, finding] of findings.entries())
    yield JSON.stringify(finding) + (index < findings.length - 1 ? ',' : '')
  const rest = {
    ...(guide === undefined ? {} : { guide: guide.name, claims: guide.claims, counts: guide.counts }),
    // Of several installations with different profiles there is no one profile.
    profile: profiles.size === 1 ? [...profiles][0] : null,
    stacks,
    files,
    problems: problems.map(({ at, message }) => ({ ...at, message })),
    notes,
    summary,
    ...(fixes.length === 0 ? {} : { fixes }),
  }
  yield `],${JSON.stringify(rest).slice(1)}`
}
