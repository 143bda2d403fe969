import type { PublishedPort, Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { bindToLoopback, exposedPorts, seen, severityOn } from './publishing.ts'
import { service } from './sample.ts'
import { about, hasRole, hasServices, servicesOf } from './services.ts'

/** Ports of the container on which a proxy is administered. */
const ADMIN_PORTS: readonly (readonly [image: RegExp, port: number])[] = [
  [/nginx-proxy-manager/, 81],
  [/traefik/, 8080],
  [/caddy/, 2019],
  [/envoy/, 9901],
  [/haproxy/, 8404],
]

export const publishedTool = {
  id: 'compose.published-tool',
  severity: 'critical',
  title: 'A tool of administrators is published to the network',
  looksFor:
    'Ports of tools (Adminer, phpMyAdmin, Portainer, Netdata, Grafana, Mailpit …), of socket proxies and of the administration of a proxy that are published beyond the loopback address. High for a backup service and on an address of a private network.',
  why: 'Such tools read and change everything and were not made for strangers: a weak password or one hole, and the data or the whole machine is theirs.',
  fix: 'Bind the port to 127.0.0.1 and come through SSH or the gateway, or start the tool only when it is needed.',
  bad: service('adminer', 'image: adminer:5.1.0\nports: ["8081:8080"]'),
  good: service('adminer', 'image: adminer:5.1.0\nports: ["127.0.0.1:8081:8080"]'),
  applies: hasServices,
  check(stack, report) {
    for (const one of servicesOf(stack)) {
      for (const port of exposedPorts(one)) {
        if (!isTool(stack, one) && !isAdminPort(stack, one, port)) continue
        report({
          ...about(one, port.at),
          ...seen(port),
          severity: severityOn(port, hasRole(stack, one, 'backup') ? 'high' : 'critical'),
          ...(isTool(stack, one) ? { repair: bindToLoopback(one) } : {}),
        })
      }
    }
  },
} satisfies Rule

function isTool(stack: Stack, one: Service): boolean {
  return hasRole(stack, one, 'tool', 'backup', 'socket-proxy')
}

function isAdminPort(stack: Stack, one: Service, { target }: PublishedPort): boolean {
  const repository = one.image?.value.repository ?? ''
  return (
    hasRole(stack, one, 'proxy') && ADMIN_PORTS.some(([image, port]) => port === target[0] && image.test(repository))
  )
}
