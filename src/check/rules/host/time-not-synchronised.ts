import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const timeNotSynchronised = {
  id: 'host.time-not-synchronised',
  severity: 'low',
  title: "The host's clock is not set by the network",
  looksFor: 'What systemd says about the clock.',
  why: 'With a wrong clock one-time codes fail, certificates seem invalid, and the logs of two machines cannot be laid side by side.',
  fix: 'Run "timedatectl set-ntp true", or install chrony.',
  bad: { 'live-host.json': '{ "timeSynchronised": false }' },
  good: { 'live-host.json': '{ "timeSynchronised": true }' },
  applies: ({ liveHost }) => liveHost?.timeSynchronised !== undefined,
  check({ liveHost }, report) {
    if (liveHost!.timeSynchronised === false)
      report({ at: wholeFile('host:clock'), observed: 'not synchronised', expected: 'synchronised with a time server' })
  },
} satisfies Rule
