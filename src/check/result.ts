import type { Problem } from './disk.ts'
import type { FixReport } from './fix/report.ts'
import type { ClaimStatus } from './guide/status.ts'
import type { Finding, Severity } from './rules/rule.ts'
import { SEVERITIES } from './rules/rule.ts'

/** All that one run found out. No text in it holds the value of a secret. */
export interface CheckResult {
  /** In their order: path, line, rule. */
  readonly findings: readonly Finding[]
  readonly stacks: readonly CheckedStack[]
  /** Shown names of all files that were read. */
  readonly files: readonly string[]
  /** What could not be read. */
  readonly problems: readonly Problem[]
  /** What was left out for a reason that is no fault, and what could not be seen of a machine. */
  readonly notes: readonly string[]
  /** With `--guide` only. */
  readonly guide: GuideResult | undefined
  readonly summary: Summary
  /** With `--fix` only: one a stack. */
  readonly fixes: readonly FixReport[]
}

export interface CheckedStack {
  /** As it is shown. */
  readonly folder: string
  readonly profile: string
  readonly findings: number
}

export interface GuideResult {
  readonly name: string
  readonly title: string
  readonly claims: readonly ClaimResult[]
  readonly counts: Readonly<Record<ClaimStatus['status'], number>>
  /** Ids of the rules that had something to look at, sorted. */
  readonly looked: readonly string[]
}

export interface ClaimResult extends ClaimStatus {
  readonly asks: string
  readonly section: string
}

export interface Summary {
  readonly stacks: number
  readonly findings: number
  readonly bySeverity: Readonly<Record<Severity, number>>
  readonly minSeverity: Severity
  /** Findings of `minSeverity` or worse. */
  readonly failing: number
  readonly problems: number
}

/** Is it as bad as the threshold, or worse? */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(threshold)
}

/** The worst first. */
export const WORST_FIRST: readonly Severity[] = [...SEVERITIES].reverse()

/** 0: nothing at or above the threshold; 1: something; 2: something could not be read. */
export function exitCodeOf({ problems, summary }: CheckResult): 0 | 1 | 2 {
  if (problems.length > 0) return 2
  return summary.failing > 0 ? 1 : 0
}

export function summarise(
  findings: readonly Finding[],
  minSeverity: Severity,
  counts: { readonly stacks: number; readonly problems: number },
): Summary {
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (const { severity } of findings) bySeverity[severity] += 1
  const failing = WORST_FIRST.filter((severity) => isAtLeast(severity, minSeverity))
  return {
    ...counts,
    findings: findings.length,
    bySeverity,
    minSeverity,
    failing: failing.reduce((sum, severity) => sum + bySeverity[severity], 0),
  }
}
