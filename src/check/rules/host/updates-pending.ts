import type { Rule } from '../rule.ts'

export const updatesPending = {
  id: 'host.updates-pending',
  severity: 'medium',
  title: 'Security updates wait to be installed',
  looksFor: 'The count of security updates that the machine itself keeps.',
  why: 'What these updates mend is public, and so is how to use it.',
  fix: 'Run "apt upgrade" (or "dnf upgrade --security"), and switch automatic updates on.',
  bad: { 'live-host.json': '{ "updates": { "security": 7 } }' },
  good: { 'live-host.json': '{ "updates": { "security": 0 } }' },
  applies: ({ liveHost }) => liveHost?.updates.security !== undefined,
  check({ liveHost }, report) {
    const { security, at } = liveHost!.updates
    if (security! > 0) report({ at, observed: `${security} security updates wait`, expected: 'none' })
  },
} satisfies Rule
