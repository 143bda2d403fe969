import type { ScanReport } from '../../readers/scans/types.ts'
import type { Stack } from '../../stack.ts'
import { hasImages, packagesOf } from '../automation/subjects.ts'

export const DAY = 86_400_000

/** For `applies`: is there anything that a scanner for known holes could look at? */
export function isScannable(stack: Stack): boolean {
  return hasImages(stack) || packagesOf(stack).length > 0
}

/** Reports on packages and images; reports on code say nothing of known holes. */
export function reportsOf(stack: Stack): readonly ScanReport[] {
  return stack.scans.filter(({ subject }) => subject === 'packages')
}

/** Of several reports of one tool on one target, the newest. */
export function newestReports(stack: Stack): readonly ScanReport[] {
  const newest = new Map<string, ScanReport>()
  for (const report of reportsOf(stack)) {
    const key = `${report.tool} ${report.target ?? report.path}`
    const before = newest.get(key)
    if (before === undefined || before.made < report.made) newest.set(key, report)
  }
  return [...newest.values()]
}

/** `Trivy of loomio/loomio:3.0.20`. */
export function called({ tool, target }: ScanReport): string {
  return target === undefined ? tool : `${tool} of ${target}`
}

/** `2026-01-31`. */
export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}
