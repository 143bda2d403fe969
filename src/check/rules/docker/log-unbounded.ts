import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const logUnbounded = {
  id: 'docker.log-unbounded',
  severity: 'low',
  title: 'The log of a running container grows until the disk is full',
  looksFor: 'Containers with the driver json-file without max-size.',
  why: 'An attacker who causes many lines, or a chatty release, fills the disk, and the database stops.',
  fix: 'Set "logging.driver: local", or "max-size" and "max-file" in logging.options.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "logDriver": "json-file", "logBounded": false}]}' },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "logDriver": "json-file", "logBounded": true}]}' },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack))
      if (!container.logBounded)
        report({
          ...about(container),
          observed: `${container.logDriver} without max-size`,
          expected: 'max-size, or the driver local',
        })
  },
} satisfies Rule
