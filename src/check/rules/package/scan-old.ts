import type { Rule } from '../rule.ts'
import { called, DAY, dayOf, newestReports } from './reports.ts'
import { COMPOSE, EMPTY_TRIVY } from './samples.ts'

/** Days. New holes are published every day, and most images get a new version within a month. */
const MAX_AGE = 30

export const scanOld = {
  id: 'package.scan-old',
  severity: 'medium',
  title: 'The last scan for known holes is old',
  looksFor: `Reports of scanners whose newest one is older than ${MAX_AGE} days. A report that holds no date counts by that of its file.`,
  why: 'A report says what was known on its day. Holes that were published since are not in it, though everything looks green.',
  fix: 'Scan again, and let cron or the CI server do it every week. Delete reports that nobody needs any more.',
  bad: {
    ...COMPOSE,
    'scans/trivy-app.json': EMPTY_TRIVY.replace(
      '"ArtifactName"',
      '"CreatedAt": "2024-01-31T08:00:00Z", "ArtifactName"',
    ),
  },
  good: { ...COMPOSE, 'scans/trivy-app.json': EMPTY_TRIVY },
  applies: (stack) => newestReports(stack).length > 0,
  check(stack, report) {
    const [newest] = [...newestReports(stack)].sort((a, b) => b.made - a.made)
    if (newest === undefined) return
    const age = Math.floor((stack.now - newest.made) / DAY)
    if (age <= MAX_AGE) return
    report({
      at: newest.at,
      observed: `the newest report (${called(newest)}) is of ${dayOf(newest.made)}, ${age} days old`,
      expected: `a report of the last ${MAX_AGE} days`,
    })
  },
} satisfies Rule
