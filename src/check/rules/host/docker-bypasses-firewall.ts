import type { Rule } from '../rule.ts'
import { firewallsOf, letsIn, refuses } from './firewalls.ts'
import { publishedEverywhere } from './published.ts'

export const dockerBypassesFirewall = {
  id: 'host.docker-bypasses-firewall',
  severity: 'high',
  title: 'A published port is open although the firewall seems to close it',
  looksFor:
    'Ports that Docker publishes on all addresses, that the firewall does not allow, while nothing filters what is forwarded to containers (the chain DOCKER-USER).',
  why: 'Docker forwards packets to containers before ufw\'s rules see them. "ufw status" shows the port as closed, and the internet reaches it.',
  fix: 'Publish on 127.0.0.1 ("127.0.0.1:3000:3000") and let the proxy reach it there, or filter in the chain DOCKER-USER.',
  bad: {
    'compose.yaml': 'services:\n  app:\n    image: example/app:1\n    ports: ["3000:3000"]\n',
    'etc/ufw/ufw.conf': 'ENABLED=yes\n',
    'etc/default/ufw': 'DEFAULT_INPUT_POLICY="DROP"\n',
  },
  good: {
    'compose.yaml': 'services:\n  app:\n    image: example/app:1\n    ports: ["127.0.0.1:3000:3000"]\n',
    'etc/ufw/ufw.conf': 'ENABLED=yes\n',
    'etc/default/ufw': 'DEFAULT_INPUT_POLICY="DROP"\n',
  },
  applies: (stack) =>
    firewallsOf(stack).some(refuses) && (stack.compose !== undefined || stack.liveDocker !== undefined),
  check(stack, report) {
    const firewalls = firewallsOf(stack)
    const dockerFiltersNothing = stack.host?.daemon?.values.get('iptables')?.value === false
    if (dockerFiltersNothing || firewalls.some(({ filtersContainers }) => filtersContainers)) return
    const refusing = firewalls.filter(refuses)
    for (const { at, service, port, protocol } of publishedEverywhere(stack)) {
      if (refusing.some((firewall) => letsIn(firewall, port, protocol))) continue
      const tool = refusing[0]!.tool
      const observed = `${port}/${protocol} is published on all addresses; ${tool} does not allow it, but Docker goes past ${tool}`
      report({ at, service, observed, expected: `127.0.0.1:${port}, or a rule in the chain DOCKER-USER` })
    }
  },
} satisfies Rule
