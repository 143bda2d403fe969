import type { Rule } from '../rule.ts'

export const rebootRequired = {
  id: 'host.reboot-required',
  severity: 'medium',
  title: 'Updates are installed but not in force until a restart',
  looksFor: 'The mark that packages such as the kernel and the C library leave when a restart is needed.',
  why: 'The mended kernel or library lies on the disk, and the old one with its hole goes on running.',
  fix: 'Restart at a quiet hour. Unattended-Upgrade::Automatic-Reboot "true"; with Automatic-Reboot-Time "04:00"; does it by itself.',
  bad: { 'live-host.json': '{ "updates": { "rebootRequired": true } }' },
  good: { 'live-host.json': '{ "updates": { "rebootRequired": false } }' },
  applies: ({ liveHost }) => liveHost !== undefined,
  check({ liveHost }, report) {
    const { rebootRequired: required, at } = liveHost!.updates
    if (required)
      report({ at, observed: 'a restart is needed', expected: 'restarted since the last update of the kernel' })
  },
} satisfies Rule
