import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const writableRoot = {
  id: 'docker.writable-root',
  severity: 'low',
  title: 'A running container can change its own programs',
  looksFor: 'Containers whose root file system is not read-only.',
  why: 'An attacker puts tools and a back door there, which last until the container is recreated.',
  fix: 'Set "read_only: true" with a tmpfs for /tmp and volumes for data.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "readOnly": false}]}' },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "readOnly": true}]}' },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack))
      if (!container.readOnly)
        report({ ...about(container), observed: 'the root file system can be written to', expected: 'read_only: true' })
  },
} satisfies Rule
