import { ADMIN_PORTS, DATA_PORTS } from '../../live/services.ts'
import type { Rule } from '../rule.ts'
import { firewallsOf, knowsFirewall, portText } from './firewalls.ts'

const INSIDE = [...DATA_PORTS, ...ADMIN_PORTS]

export const firewallInsidePort = {
  id: 'host.firewall-inside-port',
  severity: 'high',
  title: 'The firewall lets everybody in to a database or an administration page',
  looksFor: 'Rules that open the port of a database, cache, search index, queue or administration page to any address.',
  why: 'These services are made for a network of friends. Many ask for no password, and those that do are tried by bots within hours.',
  fix: 'Delete the rule. If another machine needs the port, allow its address only: "ufw allow from 10.0.0.5 to any port 5432".',
  bad: { 'etc/ufw/user.rules': '### tuple ### allow tcp 5432 0.0.0.0/0 any 0.0.0.0/0 in\n' },
  good: {
    'etc/ufw/user.rules':
      '### tuple ### allow tcp 5432 0.0.0.0/0 any 10.0.0.5 in\n### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in\n',
  },
  applies: knowsFirewall,
  check(stack, report) {
    for (const firewall of firewallsOf(stack)) {
      for (const open of firewall.active?.value === false ? [] : firewall.open) {
        const inside = INSIDE.filter(([port]) => open.first <= port && port <= open.last).map(([, name]) => name)
        if (open.from !== undefined || inside.length === 0) continue
        const names = inside.length > 3 ? 'every service of the host' : inside.join(', ')
        report({
          at: open.at,
          service: firewall.tool,
          observed: `${portText(open)} open to anybody (${names})`,
          expected: 'closed, or open to single addresses',
        })
      }
    }
  },
} satisfies Rule
