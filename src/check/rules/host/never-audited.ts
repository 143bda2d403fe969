import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

const DAY_MS = 86_400_000
const OLDEST_DAYS = 90

export const neverAudited = {
  id: 'host.never-audited',
  severity: 'info',
  title: 'No audit of the host for a quarter of a year',
  looksFor: 'The report that lynis leaves in /var/log.',
  why: 'A general audit sees what no rule of this check looks for: packages, boot loader, file systems, accounts.',
  fix: 'Run "lynis audit system" and read its suggestions; a monthly cron job keeps it fresh.',
  bad: { 'live-host.json': '{}' },
  good: { 'live-host.json': '{ "auditedAt": 4102444800000 }' },
  applies: ({ liveHost }) => liveHost !== undefined,
  check({ liveHost, now }, report) {
    const at = wholeFile('/var/log/lynis-report.dat')
    const { auditedAt } = liveHost!
    const days = auditedAt === undefined ? undefined : Math.floor((now - auditedAt) / DAY_MS)
    if (days !== undefined && days <= OLDEST_DAYS) return
    report({
      at,
      observed: days === undefined ? 'no report of lynis' : `the last report is ${days} days old`,
      expected: `at most ${OLDEST_DAYS} days old`,
    })
  },
} satisfies Rule
