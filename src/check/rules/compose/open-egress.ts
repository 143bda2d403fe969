import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { holdsHost, openNetworks } from './networks.ts'
import { project } from './sample.ts'
import { about, factsOf, hasRole, listed, servicesOf } from './services.ts'

const sample = (lines: string) =>
  project(`services:
  app:
    image: registry.example.org/shop/app:1.4.2
    build: .
    networks: [${lines}]
  egress:
    image: example/squid:6.10
    networks: [inside, outside]
networks:
  inside:
    internal: true
  outside: {}
`)

export const openEgress = {
  id: 'compose.open-egress',
  severity: 'low',
  title: 'The application may talk to the whole internet',
  looksFor:
    'Applications and workers on a network that is not internal, without HTTP_PROXY or HTTPS_PROXY that names a service of this project. Medium when the application is known to need no internet.',
  why: 'A hole by which the server fetches addresses (SSRF), or a bad plugin, reaches any host, and data leaves unseen.',
  fix: 'Put the application on internal networks, and let it out through a proxy with a list of the hosts that it needs.',
  bad: sample('outside'),
  good: sample('inside'),
  applies: (stack) => applications(stack).length > 0,
  check(stack, report) {
    for (const service of applications(stack)) {
      const open = openNetworks(stack, service).map(({ name }) => name)
      if (service.networkMode?.value === 'host') open.push('the network of the host')
      if (open.length === 0 || asksProxy(stack, service)) continue
      const quiet = factsOf(stack, service)?.outbound === false
      report({
        ...about(service),
        severity: quiet && stack.profile.guide !== undefined ? 'medium' : 'low',
        observed: `${service.name} reaches any host by ${listed(open)}`,
        expected: 'internal networks, and a proxy with a list of hosts for the way out',
      })
    }
  },
} satisfies Rule

function applications(stack: Stack): readonly Service[] {
  return servicesOf(stack).filter((service) => hasRole(stack, service, 'app', 'worker'))
}

function asksProxy(stack: Stack, { environment }: Service): boolean {
  const names = servicesOf(stack).map(({ name }) => name)
  return ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY'].some((variable) => {
    const value = environment.get(variable)?.value
    return value !== undefined && names.some((name) => holdsHost(value, name))
  })
}
