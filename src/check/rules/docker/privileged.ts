import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const privileged = {
  id: 'docker.privileged',
  severity: 'critical',
  title: 'A running container has every right of the host',
  looksFor: 'Containers that run with --privileged.',
  why: 'A process in it can load kernel modules, mount the disk of the host and leave the container at will.',
  fix: 'Take "privileged: true" out of the Compose file and recreate the container; add the single capability or device that it needs.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "privileged": true}]}' },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1"}]}' },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack))
      if (container.privileged) report({ ...about(container), observed: 'privileged', expected: 'not privileged' })
  },
} satisfies Rule
