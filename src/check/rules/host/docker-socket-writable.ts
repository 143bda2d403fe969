import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const dockerSocketWritable = {
  id: 'host.docker-socket-writable',
  severity: 'critical',
  title: "Every user of the host may command Docker's engine",
  looksFor: "The mode of Docker's socket.",
  why: 'Any account, also that of a service that was taken over, can start a container with the disk of the host in it and is root.',
  fix: 'Run "chmod 0660 /var/run/docker.sock" and remove whatever opened it (often a "chmod 666" in a start script).',
  bad: { 'live-host.json': '{ "dockerSocket": { "path": "/var/run/docker.sock", "mode": 438 } }' },
  good: { 'live-host.json': '{ "dockerSocket": { "path": "/var/run/docker.sock", "mode": 432 } }' },
  applies: ({ liveHost }) => liveHost?.dockerSocket !== undefined,
  check({ liveHost }, report) {
    const { path, mode } = liveHost!.dockerSocket!
    if ((mode & 0o002) === 0) return
    report({
      at: wholeFile(path),
      service: 'docker',
      observed: `mode ${mode.toString(8).padStart(4, '0')}`,
      expected: '0660, of root and the group docker',
    })
  },
} satisfies Rule
