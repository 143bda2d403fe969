import { mainPlace } from '../automation/subjects.ts'
import type { Rule } from '../rule.ts'
import { isScannable, reportsOf } from './reports.ts'
import { COMPOSE, EMPTY_TRIVY } from './samples.ts'

export const scanMissing = {
  id: 'package.scan-missing',
  severity: 'low',
  title: 'No report of a scanner was found',
  looksFor:
    'Images or packages, and no report on their known holes in the folder: SARIF, or the JSON of Trivy, Grype or npm audit.',
  why: 'Nobody can tell which known holes the installation has, and whether the last update closed any.',
  fix: 'Run for example `trivy image --format json --output scans/trivy-app.json IMAGE` for each image, and `npm audit --json > scans/npm-audit.json`; let cron or the CI server do it every week.',
  bad: COMPOSE,
  good: { ...COMPOSE, 'scans/trivy-app.json': EMPTY_TRIVY },
  applies: isScannable,
  check(stack, report) {
    if (reportsOf(stack).length > 0) return
    const others = stack.scans.map(({ tool }) => tool)
    const only =
      others.length === 0 ? '' : `; what is there is of ${[...new Set(others)].join(', ')}, which looks at code`
    report({
      at: mainPlace(stack),
      observed: `no report of a scanner for known holes in images or packages${only}`,
      expected: 'a report in SARIF, or in the JSON of Trivy, Grype or npm audit',
    })
  },
} satisfies Rule
