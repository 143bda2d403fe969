import { insideService } from '../../live/services.ts'
import { sshdPorts } from '../../readers/host/sshd.ts'
import type { Rule } from '../rule.ts'
import { firewallsOf, knowsFirewall, portText } from './firewalls.ts'

export const firewallExtraPort = {
  id: 'host.firewall-extra-port',
  severity: 'low',
  title: 'The firewall lets in more than SSH and the web',
  looksFor: "Rules that open ports other than sshd's own, 80 and 443 to any address.",
  why: 'Each open port is one more program that the whole internet can talk to. A host of a web application needs three.',
  fix: 'Delete rules that nothing needs any more; limit the others to the addresses that need them.',
  bad: { 'etc/ufw/user.rules': '### tuple ### allow tcp 3000 0.0.0.0/0 any 0.0.0.0/0 in\n' },
  good: {
    'etc/ufw/user.rules':
      '### tuple ### limit tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n### tuple ### allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 in\n',
  },
  applies: knowsFirewall,
  check(stack, report) {
    const usual = new Set([...sshdPorts(stack.host?.sshd), 80, 443])
    for (const { active, open, tool } of firewallsOf(stack)) {
      for (const rule of active?.value === false ? [] : open) {
        const single = rule.first === rule.last
        // Known services have a rule of their own, which is more severe.
        if (rule.from !== undefined || (single && (usual.has(rule.first) || insideService(rule.first) !== undefined)))
          continue
        report({
          at: rule.at,
          service: tool,
          observed: `${portText(rule)} open to anybody`,
          expected: `${[...usual].join(', ')} only`,
        })
      }
    }
  },
} satisfies Rule
