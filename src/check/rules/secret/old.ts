import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

const DAY = 86_400_000
/** Days. */
const OLDEST = 90

const TEXT = 'ADMIN_TOKEN=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n'

export const oldSecret = {
  id: 'secret.old',
  severity: 'low',
  title: 'Secrets were not changed for months',
  looksFor: 'Files of secrets that were last written more than 90 days ago, by the time that the file system keeps.',
  why: 'Copies of a secret gather over time: in backups, on laptops, with people who left. A new one makes them worthless.',
  fix: 'Replace the secrets, one service after the other, and write down when. Keys that encrypt backups have to be kept as long as the backups.',
  bad: { '.env!200d': TEXT },
  good: { '.env': TEXT },
  applies: ({ secretFiles }) => secretFiles.some(({ holdsSecret }) => holdsSecret),
  check({ secretFiles, now }, report) {
    for (const { shown, modified, holdsSecret, present } of secretFiles) {
      const days = Math.floor((now - modified) / DAY)
      if (!holdsSecret || !present || days <= OLDEST) continue
      report({
        at: wholeFile(shown),
        observed: `${shown} was last written ${days} days ago`,
        expected: `at most ${OLDEST} days`,
      })
    }
  },
} satisfies Rule
