import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { neighbours } from '../compose/networks.ts'
import { exposedPorts } from '../compose/publishing.ts'
import { hasRole, isData, servicesOf } from '../compose/services.ts'
import type { Rule } from '../rule.ts'
import { openDoor } from './open-door.ts'

export const noAuthentication = {
  id: 'setting.no-authentication',
  severity: 'medium',
  title: 'A data service asks nobody for a password',
  looksFor:
    'Redis without requirepass, Elasticsearch and OpenSearch with security switched off, PostgreSQL with "trust", MySQL with an empty password, MongoDB without a first user, and the like. High when a proxy or a tool can reach it, or a port is published.',
  why: 'Everybody who reaches the port reads, changes and deletes all of it. Isolation is the only thing left in the way.',
  fix: 'Set a password, as the finding says, and keep the service on an internal network with nothing but what uses it.',
  bad: { 'compose.yaml': 'services:\n  redis:\n    image: redis:8.2.1\n' },
  good: {
    'compose.yaml':
      'services:\n  redis:\n    image: redis:8.2.1\n    command: redis-server /run/secrets/redis.conf\n    secrets: [redis.conf]\nsecrets:\n  redis.conf:\n    file: ./redis.conf\n',
    'redis.conf': 'requirepass 6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n',
  },
  ofAbsence: true,
  applies: (stack) => servicesOf(stack).some((service) => isData(stack, service)),
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      const door = isData(stack, service) ? openDoor(service) : undefined
      if (door === undefined) continue
      const who = strangers(stack, service)
      report({
        at: door.at ?? service.at,
        service: service.name,
        severity: who.length > 0 ? 'high' : 'medium',
        observed: `${service.name}: ${door.why}${who.length > 0 ? `, and ${who.join(', ')} can reach it` : ''}`,
        expected: door.expected,
      })
    }
  },
} satisfies Rule

/** Who reaches it without being the application: a published port counts for all the world. */
function strangers(stack: Stack, service: Service): readonly string[] {
  const published = exposedPorts(service).length > 0 || service.networkMode?.value === 'host'
  const others = neighbours(stack, service).filter((other) => hasRole(stack, other, 'proxy', 'tool', 'socket-proxy'))
  return [...(published ? ['everybody who reaches the published port'] : []), ...others.map(({ name }) => name)]
}
