import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { firewallsOf, refuses } from './firewalls.ts'

export const firewallOff = {
  id: 'host.firewall-off',
  severity: 'high',
  title: 'The host has no firewall',
  looksFor:
    'ufw that is switched off, a machine without any packet filter, or a running kernel that lets every packet in.',
  why: 'Every service that listens on all addresses, also one that an update starts next year, is open to the internet.',
  fix: 'Allow SSH first, then switch it on: "ufw allow OpenSSH && ufw allow 80,443/tcp && ufw enable".',
  bad: { 'etc/ufw/ufw.conf': 'ENABLED=no\n' },
  good: { 'etc/ufw/ufw.conf': 'ENABLED=yes\n' },
  applies({ host, liveHost }) {
    if (liveHost?.firewallSeen === true || (host?.firewalls.length ?? 0) > 0) return true
    // On a running machine without the right to ask, nothing is known: it may have firewalld.
    return host?.whole === true && liveHost === undefined
  },
  check(stack, report) {
    const firewalls = firewallsOf(stack)
    const expected = 'a packet filter that refuses what no rule allows'
    if (stack.liveHost?.firewallSeen === true) {
      if (firewalls.some(refuses)) return
      const at = firewalls[0]?.at ?? wholeFile('host:firewall')
      report({ at, observed: 'the running kernel lets every incoming packet in', expected })
    } else if (firewalls.length === 0) {
      const observed = 'no ufw, no nftables.conf and no saved iptables rules'
      report({ at: wholeFile(stack.host!.shown), observed, expected })
    } else if (firewalls.every(({ active }) => active?.value === false)) {
      for (const { active } of firewalls) report({ at: active!.at, observed: 'ENABLED=no', expected: 'ENABLED=yes' })
    }
  },
} satisfies Rule
