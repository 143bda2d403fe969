import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const defaultBridge = {
  id: 'docker.default-bridge',
  severity: 'low',
  title: 'A running container is on the default network',
  looksFor: 'Containers on the network "bridge".',
  why: 'All containers that nobody gave a network meet there, of all applications, and reach each other on every port.',
  fix: 'Give each application a network of its own; Compose does so by itself.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "networks": ["bridge"]}]}' },
  good: {
    'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "networks": ["app_default"]}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack))
      if (container.networks.includes('bridge'))
        report({ ...about(container), observed: 'on the network bridge', expected: 'a network of its own' })
  },
} satisfies Rule
