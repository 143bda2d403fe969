import type { Rule } from '../rule.ts'
import { PACKAGE, workflow } from './samples.ts'
import { scansOf } from './scan-steps.ts'
import { packagesOf } from './subjects.ts'

export const dependencyScan = {
  id: 'automation.dependency-scan',
  severity: 'medium',
  title: 'Nothing scans packages for known holes by itself',
  looksFor:
    'Lists of packages, and no step of CI and no scheduled command that scans them (npm audit, osv-scanner, trivy fs, Snyk, pip-audit and their like).',
  why: 'Most holes of a program are in packages that others wrote. Without a scan nobody hears of them.',
  fix: 'Add a step such as `npm audit --audit-level=high` or `osv-scanner scan .` to the CI workflow, and run it on a schedule, too.',
  bad: { ...PACKAGE, ...workflow(['run: npm ci', 'run: npm test']) },
  good: { ...PACKAGE, ...workflow(['run: npm ci', 'run: npm audit --audit-level=high']) },
  applies: (stack) => packagesOf(stack).length > 0,
  check(stack, report) {
    if (scansOf(stack).some(({ kind }) => kind === 'dependency')) return
    const [first] = packagesOf(stack)
    report({
      at: first!.at,
      observed: `no CI step and no scheduled command scans the packages of ${first!.shown}`,
      expected: 'a step with npm audit, osv-scanner, trivy fs, snyk test or their like',
    })
  },
} satisfies Rule
