import type { PublishedPort } from '../../readers/compose/types.ts'
import type { Rule } from '../rule.ts'
import { bindToLoopback, exposedPorts, seen, severityOn } from './publishing.ts'
import { web } from './sample.ts'
import { about, hasServices, roleOf, servicesOf } from './services.ts'

/** Mail and SSH, which no web proxy passes on. */
const OTHER_PROTOCOLS: readonly number[] = [22, 25, 465, 587, 2525]

export const publishedPort = {
  id: 'compose.published-port',
  severity: 'high',
  title: 'The application is published past the proxy',
  looksFor:
    'Ports of an application or a worker that are published beyond the loopback address. Medium for a service that is not known, and on an address of a private network. UDP, mail and SSH are left out.',
  why: 'Whoever asks this port gets the application without TLS, limits, logs and sign-in of the proxy. Docker opens it in the firewall as well: rules of ufw do not stop it.',
  fix: 'Take the port out, or bind it to 127.0.0.1, and let only the proxy be reached from outside.',
  bad: web('ports: ["3000:3000"]'),
  good: web('ports: ["127.0.0.1:3000:3000"]'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      const role = roleOf(stack, service)
      if (role !== undefined && role !== 'app' && role !== 'worker') continue
      for (const port of exposedPorts(service)) {
        if (port.protocol !== 'tcp' || OTHER_PROTOCOLS.includes(port.target[0])) continue
        if (role === undefined && isWebPort(port)) continue
        report({
          ...about(service, port.at),
          ...seen(port),
          severity: role === undefined ? 'medium' : severityOn(port, 'high'),
          repair: bindToLoopback(service),
        })
      }
    }
  },
} satisfies Rule

/** A service that nobody knows, on the ports of the web, is the proxy itself. */
function isWebPort({ published }: PublishedPort): boolean {
  return published?.[0] === 80 || published?.[0] === 443
}
