import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { exposedPorts } from './publishing.ts'
import { project, web } from './sample.ts'
import { about, hasRole, isReverseProxy, servicesOf } from './services.ts'

const PROXY = '  proxy:\n    image: caddy:2.10.0\n    ports: ["443:443"]\n'

export const noProxy = {
  id: 'compose.no-proxy',
  severity: 'medium',
  title: 'No reverse proxy stands before the application',
  looksFor:
    'An application, and neither a proxy or tunnel among the services nor a configuration of nginx or Caddy. A network that is made elsewhere, or labels for a proxy, say that one is there. Low when the application is published on the loopback address only.',
  why: 'Without one there is no single place for TLS, limits, logs and sign-in, and every fault of the application is open to everybody.',
  fix: 'Put a proxy or a gateway in front, and let only it publish ports.',
  bad: web('ports: ["3000:3000"]\nbuild: .', ''),
  good: project(`services:\n  web:\n    image: registry.example.org/shop/web:1.4.2\n    build: .\n${PROXY}`),
  applies: (stack) => applications(stack).length > 0,
  check(stack, report) {
    const app = applications(stack).find((service) => service.ports.length > 0) ?? applications(stack)[0]
    if (app === undefined || hasProxy(stack)) return
    const exposed = exposedPorts(app).length > 0
    report({
      ...about(app),
      severity: exposed || app.ports.length === 0 ? 'medium' : 'low',
      observed: `${app.name} is an application, and no reverse proxy, tunnel or proxy configuration was found`,
      expected: 'a reverse proxy through which all requests come',
    })
  },
} satisfies Rule

function applications(stack: Stack): readonly Service[] {
  return servicesOf(stack).filter((service) => hasRole(stack, service, 'app'))
}

function hasProxy(stack: Stack): boolean {
  if (stack.nginx.length > 0 || stack.caddy.length > 0) return true
  return servicesOf(stack).some((service) => isReverseProxy(stack, service) || isBehindAnother(stack, service))
}

/** A proxy of another project finds it: by a network that both share, or by what is written for it. */
function isBehindAnother({ compose }: Stack, { networks, labels, environment }: Service): boolean {
  const shared = networks.some(({ value }) => compose?.networks.get(value)?.external)
  const labelled = [...labels.keys()].some((name) => /^(?:traefik\.|caddy(?:_\d+)?$|caddy\.)/.test(name))
  return shared || labelled || environment.has('VIRTUAL_HOST')
}
