import { lookUp } from '../../text/lookup.ts'
import type { ScanFinding, ScanReport, ScanSeverity } from './types.ts'

/** What a report holds, before it is known which file it was. */
export type Scanned = Pick<ScanReport, 'format' | 'tool' | 'subject' | 'target' | 'counts' | 'fixable'> & {
  readonly made: number | undefined
}

export interface Counted extends ScanFinding {
  readonly fixable: boolean
}

/** Findings that a report names; the rest is still counted. */
const MAX_NAMED = 1_000

/** Counts findings, each hole of a package once, however often a report repeats it. */
export function tally(findings: Iterable<Counted>): Pick<ScanReport, 'counts' | 'fixable'> {
  const counts: Record<ScanSeverity, number> = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 }
  const fixable: ScanFinding[] = []
  const seen = new Set<string>()
  for (const { id, package: name, fixedIn, severity, fixable: mendable } of findings) {
    const key = `${id} ${name ?? ''}`
    if (seen.has(key)) continue
    seen.add(key)
    counts[severity] += 1
    if (mendable && fixable.length < MAX_NAMED) fixable.push({ id, package: name, fixedIn, severity })
  }
  return { counts, fixable }
}

const WORDS: Readonly<Record<string, ScanSeverity>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  moderate: 'medium',
  low: 'low',
  negligible: 'low',
  info: 'low',
}

/** A scanner's word for how bad it is. */
export function severityOf(word: unknown): ScanSeverity {
  return (typeof word === 'string' ? lookUp(WORDS, word.toLowerCase()) : undefined) ?? 'unknown'
}

/** A score of CVSS, 0 to 10, by the ranges of its version 3.1. */
export function severityOfScore(score: number): ScanSeverity {
  if (!(score > 0)) return 'unknown'
  return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low'
}
