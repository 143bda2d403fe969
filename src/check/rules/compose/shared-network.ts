import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { neighbours } from './networks.ts'
import { project } from './sample.ts'
import { about, hasRole, isData, listed, servicesOf } from './services.ts'

const sample = (front: string) =>
  project(`services:
  proxy:
    image: caddy:2.10.0
    networks: [${front}]
  web:
    image: registry.example.org/shop/web:1.4.2
    networks: [front, data]
  db:
    image: postgres:17.2
    networks: [data]
networks:
  front: {}
  data:
    internal: true
`)

export const sharedNetwork = {
  id: 'compose.shared-network',
  severity: 'medium',
  title: 'The way in and the data are on one network',
  looksFor:
    'Databases, caches, search indexes, queues and models that share a network with a proxy, what fetches certificates, or a tool of administrators.',
  why: 'A proxy is the first to be attacked. With the database beside it, one hole is enough to ask it directly, past the application.',
  fix: 'Put proxy and application on one network, application and database on another, internal one.',
  bad: sample('front, data'),
  good: sample('front'),
  applies: (stack) => servicesOf(stack).some((service) => isData(stack, service)),
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      if (!isData(stack, service)) continue
      const near = neighbours(stack, service).filter((other) => isOuter(stack, other))
      if (near.length === 0) continue
      report({
        ...about(service, placeOf(service, near)),
        observed: `${service.name} shares a network with ${listed(near.map(({ name }) => name))}`,
        expected: 'a network on which only what asks it is',
      })
    }
  },
} satisfies Rule

function isOuter(stack: Stack, service: Service): boolean {
  return hasRole(stack, service, 'proxy', 'tool')
}

function placeOf(service: Service, near: readonly Service[]) {
  const names = new Set(near.flatMap(({ networks }) => networks.map(({ value }) => value)))
  return service.networks.find(({ value }) => names.has(value))?.at
}
