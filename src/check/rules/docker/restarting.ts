import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

const OFTEN = 5

export const restarting = {
  id: 'docker.restarting',
  severity: 'medium',
  title: 'A container crashes again and again',
  looksFor: 'Containers that are restarting now, or were restarted five times or more.',
  why: 'It is down for part of the time, and a crash that comes back can be an attack that nearly works.',
  fix: 'Read "docker logs NAME". Exit code 137 means that it ran out of memory.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "state": "restarting", "restarts": 12, "exitCode": 1}]}',
  },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "restarts": 1}]}' },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      if (container.state !== 'restarting' && container.restarts < OFTEN) continue
      const exit = container.exitCode === 0 ? '' : `, last exit code ${container.exitCode}`
      report({
        ...about(container),
        observed: `${container.state}, restarted ${container.restarts} times${exit}`,
        expected: 'it stays up',
      })
    }
  },
} satisfies Rule
