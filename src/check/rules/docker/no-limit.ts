import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

const LIMITS = [
  ['memory', 'memory'],
  ['cpus', 'CPUs'],
  ['pids', 'processes'],
] as const

export const noLimit = {
  id: 'docker.no-limit',
  severity: 'low',
  title: 'A running container may use all memory, CPU or processes of the host',
  looksFor: 'Limits that are in force, not those that a file only reserves.',
  why: 'One runaway query or one upload that is unpacked takes the whole host down, the database and the way in with it.',
  fix: 'Set deploy.resources.limits (memory, cpus, pids). Reservations limit nothing.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "memory": 0}]}' },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "memory": 268435456, "cpus": 1, "pids": 100}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      const missing = LIMITS.filter(([name]) => container[name] === 0).map(([, text]) => text)
      if (missing.length > 0)
        report({
          ...about(container),
          observed: `no limit of ${missing.join(', ')}`,
          expected: 'limits of memory, CPUs and processes',
        })
    }
  },
} satisfies Rule
