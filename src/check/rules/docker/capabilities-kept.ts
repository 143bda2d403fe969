import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const capabilitiesKept = {
  id: 'docker.capabilities-kept',
  severity: 'low',
  title: 'A running container keeps capabilities that it does not need',
  looksFor: 'Containers that do not drop ALL capabilities.',
  why: 'What a process does not hold, an attacker in it cannot use: raw packets to neighbours, device nodes, files of other users.',
  fix: 'Set "cap_drop: [ALL]" and add back the few that the service needs.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "capDrop": []}]}' },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "capDrop": ["ALL"]}]}' },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      if (container.privileged || container.capDrop.includes('ALL')) continue
      report({
        ...about(container),
        observed: container.capDrop.length === 0 ? 'nothing is dropped' : `dropped: ${container.capDrop.join(', ')}`,
        expected: 'cap_drop: [ALL]',
      })
    }
  },
} satisfies Rule
