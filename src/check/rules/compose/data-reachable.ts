import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { needs, neighbours } from './networks.ts'
import { shop } from './sample.ts'
import { about, factsOf, isData, listed, servicesOf } from './services.ts'

const CRON = '  cron:\n    image: example/cron:1.2.3\n'

export const dataReachable = {
  id: 'compose.data-reachable',
  severity: 'medium',
  title: 'Services that have no use for the data can reach it',
  looksFor:
    'Databases, caches, search indexes, queues and models that share a network with services other than application, workers and backups, and which do not name them in depends_on, environment or command.',
  why: 'Each of these services is one more way to the data, and a service without a password is open to all of them.',
  fix: 'Give each database an internal network of its own, which only those join who ask it.',
  bad: shop({ more: CRON }),
  good: shop({ more: `${CRON}    networks: [apart]\nnetworks:\n  apart: {}\n` }),
  applies: (stack) => servicesOf(stack).some((service) => isData(stack, service)),
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      if (!isData(stack, service)) continue
      const near = neighbours(stack, service).filter((other) => !needs(stack, other, service))
      if (near.length === 0) continue
      report({
        ...about(service),
        observed: `${named(stack, service)} can be reached by ${listed(near.map(({ name }) => name))}`,
        expected: 'only services that ask it are on its networks',
      })
    }
  },
} satisfies Rule

/** `couchdb (port 5984)`. */
function named(stack: Stack, service: Service): string {
  const port = factsOf(stack, service)?.ports[0]
  return port === undefined ? service.name : `${service.name} (port ${port})`
}
