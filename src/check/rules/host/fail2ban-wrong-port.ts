import { sshdPorts } from '../../readers/host/sshd.ts'
import { rangesOf } from '../../readers/host/ufw.ts'
import type { Rule } from '../rule.ts'

export const fail2banWrongPort = {
  id: 'host.fail2ban-wrong-port',
  severity: 'high',
  title: 'Bans close a port on which sshd does not listen',
  looksFor: "The port of fail2ban's jail sshd against Port in sshd_config.",
  why: 'The jail counts, bans and reports, and the attacker goes on: the ban closes another port. One installation banned an address 209 times that way.',
  fix: 'Give the jail the right port ("port = 2222"), or "banaction = iptables-allports".',
  bad: { 'etc/ssh/sshd_config': 'Port 2222\n', 'etc/fail2ban/jail.local': '[sshd]\nenabled = true\nport = ssh\n' },
  good: { 'etc/ssh/sshd_config': 'Port 2222\n', 'etc/fail2ban/jail.local': '[sshd]\nenabled = true\nport = 2222\n' },
  applies: ({ host }) => host?.sshd !== undefined && host.fail2ban !== undefined,
  check({ host }, report) {
    for (const { name, enabled, values, at } of host!.fail2ban!.jails) {
      const port = values.get('port')
      if (!enabled || !name.startsWith('ssh') || /allports/.test(values.get('banaction')?.value ?? '')) continue
      const text = (port?.value ?? 'ssh').replace(/\bssh\b/g, '22')
      // `0:65535` and names that are not known here say nothing certain.
      if (!/^[\d,:\s-]+$/.test(text)) continue
      const ranges = rangesOf(text)
      const missed = sshdPorts(host!.sshd).filter(
        (wanted) => !ranges.some(([first, last]) => first <= wanted && wanted <= last),
      )
      if (missed.length === 0) continue
      const observed = `sshd listens on ${missed.join(', ')}; the ban closes ${text}`
      report({ at: port?.at ?? at, service: 'fail2ban', observed, expected: `port = ${missed.join(',')}` })
    }
  },
} satisfies Rule
