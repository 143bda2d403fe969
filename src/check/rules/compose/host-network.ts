import type { Rule } from '../rule.ts'
import { web } from './sample.ts'
import { about, hasServices, servicesOf } from './services.ts'

export const hostNetwork = {
  id: 'compose.host-network',
  severity: 'high',
  title: "A container uses the host's own network",
  looksFor: 'Services with network_mode: host.',
  why: 'Every port that it opens is open on the machine, it reaches everything that listens on 127.0.0.1, and no other network keeps it apart.',
  fix: 'Give it a network of the project and publish the one port that is needed.',
  bad: web('network_mode: host'),
  good: web('networks: [front]', 'networks:\n  front: {}\n'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      if (service.networkMode?.value !== 'host') continue
      report({
        ...about(service, service.networkMode.at),
        observed: `${service.name} has network_mode: host`,
        expected: 'a network of the project',
      })
    }
  },
} satisfies Rule
