import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const logsOff = {
  id: 'docker.logs-off',
  severity: 'medium',
  title: 'A running container keeps no log',
  looksFor: 'Containers with the log driver "none".',
  why: 'Nobody can see afterwards what happened in it: no failed login, no error, no trace of a break-in.',
  fix: 'Take "logging.driver: none" out, or use the driver "local" or "journald".',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "logDriver": "none"}]}' },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "logDriver": "local"}]}' },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack))
      if (container.logDriver === 'none')
        report({ ...about(container), observed: 'log driver none', expected: 'a driver that keeps logs' })
  },
} satisfies Rule
