import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const liveRestoreOff = {
  id: 'docker.live-restore-off',
  severity: 'info',
  title: 'A restart of the engine stops all containers',
  looksFor: 'The setting live-restore of the running engine.',
  why: 'Security updates of the engine are put off when each of them takes the application down.',
  fix: 'Set "live-restore": true in /etc/docker/daemon.json.',
  bad: { 'live-docker.json': '{"liveRestore": false}' },
  good: { 'live-docker.json': '{"liveRestore": true}' },
  applies: ({ liveDocker }) => liveDocker !== undefined,
  check({ liveDocker }, report) {
    if (!liveDocker!.liveRestore)
      report({ at: wholeFile('docker:engine'), observed: 'live-restore is off', expected: 'on' })
  },
} satisfies Rule
