import type { Rule } from '../rule.ts'
import { firewallsOf, knowsFirewall, refuses } from './firewalls.ts'

export const firewallIpv6Open = {
  id: 'host.firewall-ipv6-open',
  severity: 'medium',
  title: 'The firewall does not filter IPv6',
  looksFor: 'A packet filter that refuses IPv4 by default while nothing does the same for IPv6.',
  why: 'Most servers have an IPv6 address without anybody asking for it. Through it every port is open that the firewall closes for IPv4.',
  fix: 'Set IPV6=yes in /etc/default/ufw and reload; in nftables use a table of the family inet; with iptables load the same rules with ip6tables.',
  bad: { 'etc/ufw/ufw.conf': 'ENABLED=yes\n', 'etc/default/ufw': 'IPV6=no\nDEFAULT_INPUT_POLICY="DROP"\n' },
  good: { 'etc/ufw/ufw.conf': 'ENABLED=yes\n', 'etc/default/ufw': 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\n' },
  applies: knowsFirewall,
  check(stack, report) {
    const refusing = firewallsOf(stack).filter(refuses)
    const four = refusing.find(({ family }) => family !== 'ipv6')
    if (four === undefined || refusing.some(({ family }) => family !== 'ipv4')) return
    report({
      at: four.input!.at,
      service: four.tool,
      observed: 'IPv4 is filtered, IPv6 is not',
      expected: 'the same policy for both',
    })
  },
} satisfies Rule
