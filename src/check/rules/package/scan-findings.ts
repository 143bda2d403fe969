import type { ScanFinding, ScanReport } from '../../readers/scans/types.ts'
import type { Rule } from '../rule.ts'
import { called, newestReports } from './reports.ts'
import { COMPOSE, trivyReport } from './samples.ts'

/** Findings that are named; the others are counted. */
const NAMED = 5

const HOLE = { VulnerabilityID: 'CVE-2024-0001', PkgName: 'openssl', InstalledVersion: '3.0.1', Severity: 'CRITICAL' }

export const scanFindings = {
  id: 'package.scan-findings',
  severity: 'high',
  title: 'A scanner found grave holes that a newer version closes',
  looksFor:
    'Open findings of scanners that are critical or high and for which there is a fixed version; of several reports on one thing the newest.',
  why: 'These holes are public, often with a program that uses them, and somebody has already mended them.',
  fix: 'Take the versions that the report names: a newer image, or newer packages and a new build. Then scan again. What does not concern you can be suppressed in the scanner, with the reason.',
  bad: { ...COMPOSE, 'scans/trivy-app.json': trivyReport({ ...HOLE, FixedVersion: '3.0.7' }) },
  good: { ...COMPOSE, 'scans/trivy-app.json': trivyReport(HOLE) },
  applies: (stack) => newestReports(stack).length > 0,
  check(stack, report) {
    for (const scan of newestReports(stack)) {
      const grave = gravestFirst(scan)
      if (grave.length === 0) continue
      const more = grave.length > NAMED ? ` and ${grave.length - NAMED} more` : ''
      report({
        at: scan.at,
        observed: `${called(scan)}: ${counted(grave)} with a fix: ${grave.slice(0, NAMED).map(words).join(', ')}${more}`,
        expected: 'no critical or high finding that has a fix',
      })
    }
  },
} satisfies Rule

function gravestFirst({ fixable }: ScanReport): readonly ScanFinding[] {
  const of = (wanted: string) => fixable.filter(({ severity }) => severity === wanted)
  return [...of('critical'), ...of('high')]
}

function counted(findings: readonly ScanFinding[]): string {
  const critical = findings.filter(({ severity }) => severity === 'critical').length
  return `${critical} critical and ${findings.length - critical} high`
}

function words({ id, package: name, fixedIn }: ScanFinding): string {
  const mended = [name === id ? undefined : name, fixedIn === undefined ? undefined : `fixed in ${fixedIn}`]
  const detail = mended.filter((part) => part !== undefined).join(' ')
  return detail === '' ? id : `${id} (${detail})`
}
