import type { Rule } from '../rule.ts'
import { refuses } from './firewalls.ts'

export const firewallAcceptsByDefault = {
  id: 'host.firewall-accepts-by-default',
  severity: 'high',
  title: 'The firewall lets in what no rule names',
  looksFor:
    'The policy for incoming packets in the files of ufw, nftables and iptables, and a last rule that drops the rest.',
  why: 'Such a firewall protects only from what somebody thought of. A new service is open to the internet from its first second.',
  fix: 'Refuse by default and allow what is needed: "ufw default deny incoming", or "policy drop;" in the input chain after rules that allow SSH, loopback and established connections.',
  bad: {
    'etc/nftables.conf':
      'table inet filter {\n  chain input {\n    type filter hook input priority 0; policy accept;\n    tcp dport 23 drop\n  }\n}\n',
  },
  good: {
    'etc/nftables.conf':
      'table inet filter {\n  chain input {\n    type filter hook input priority 0; policy drop;\n    tcp dport { 22, 80, 443 } accept\n  }\n}\n',
  },
  applies: ({ host }) => host?.firewalls.some(({ input }) => input !== undefined) === true,
  check({ host }, report) {
    // One filter that drops is enough; IPv6 has a rule of its own.
    if (host!.firewalls.some(refuses)) return
    for (const { input, tool, active } of host!.firewalls) {
      if (input === undefined || active?.value === false) continue
      report({
        at: input.at,
        service: tool,
        observed: 'incoming packets are accepted by default',
        expected: 'drop or reject by default',
      })
    }
  },
} satisfies Rule
