import type { Rule } from '../rule.ts'
import { firewallsOf, refuses } from './firewalls.ts'

export const firewallOutgoingOpen = {
  id: 'host.firewall-outgoing-open',
  severity: 'info',
  title: 'The firewall lets everything out',
  looksFor: 'The policy for outgoing packets of a firewall that refuses incoming ones.',
  why: 'A program that was taken over fetches its tools from the internet and sends data there. Usual for a host, but it is the step at which an intruder can still be stopped.',
  fix: 'Give services that need no internet an internal network; for the rest, allow outgoing DNS, time, package mirrors and the hosts that the application needs.',
  bad: { 'etc/default/ufw': 'DEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\n' },
  good: { 'etc/default/ufw': 'DEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="REJECT"\n' },
  applies: (stack) => firewallsOf(stack).some(({ output }) => output !== undefined),
  check(stack, report) {
    const refusing = firewallsOf(stack).filter(refuses)
    if (refusing.some(({ output }) => output !== undefined && output.value !== 'accept')) return
    const open = refusing.find(({ output }) => output !== undefined)
    if (open === undefined) return
    report({
      at: open.output!.at,
      service: open.tool,
      observed: 'outgoing packets are accepted by default',
      expected: 'a list of what may go out',
    })
  },
} satisfies Rule
