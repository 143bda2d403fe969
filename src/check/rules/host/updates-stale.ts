import type { Rule } from '../rule.ts'

const DAY_MS = 86_400_000
const OLDEST_DAYS = 14

export const updatesStale = {
  id: 'host.updates-stale',
  severity: 'medium',
  title: 'The host has not looked for updates for weeks',
  looksFor: 'When the package manager last fetched its lists, by the stamp that it leaves.',
  why: 'Automatic updates that fail do so in silence: a full disk, a broken source or a stopped timer, and the machine grows old.',
  fix: 'Run "apt update" and read what it says; then "systemctl status apt-daily.timer unattended-upgrades".',
  bad: { 'live-host.json': '{ "updates": { "checkedAt": 1704067200000 } }' },
  good: { 'live-host.json': '{ "updates": { "checkedAt": 4102444800000 } }' },
  applies: ({ liveHost }) => liveHost?.updates.checkedAt !== undefined,
  check({ liveHost, now }, report) {
    const { checkedAt, at } = liveHost!.updates
    const days = Math.floor((now - checkedAt!) / DAY_MS)
    if (days > OLDEST_DAYS)
      report({ at, observed: `last looked for ${days} days ago`, expected: `within ${OLDEST_DAYS} days` })
  },
} satisfies Rule
