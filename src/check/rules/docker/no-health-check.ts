import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const noHealthCheck = {
  id: 'docker.no-health-check',
  severity: 'low',
  title: 'Nothing checks whether a running container works',
  looksFor: 'Running containers without a health check, of the Compose file or of the image.',
  why: 'A process that hangs looks the same as one that works; nothing restarts it and nobody is told.',
  fix: 'Add a healthcheck that asks a path that exists.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "health": "none"}]}' },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "health": "healthy"}]}' },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack))
      if (container.health === 'none')
        report({ ...about(container), observed: 'no health check', expected: 'a health check' })
  },
} satisfies Rule
