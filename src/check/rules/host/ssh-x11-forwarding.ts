import type { Rule } from '../rule.ts'
import { described, sshdCases } from './sshd-cases.ts'

export const sshX11Forwarding = {
  id: 'host.ssh-x11-forwarding',
  severity: 'low',
  title: 'SSH forwards graphical windows',
  looksFor: 'X11Forwarding in sshd_config.',
  why: 'A server that somebody took over can reach back through it to the screen and keyboard of whoever signs in.',
  fix: 'Set "X11Forwarding no". A server without a screen does not need it.',
  bad: { 'etc/ssh/sshd_config': 'X11Forwarding yes\n' },
  good: { 'etc/ssh/sshd_config': 'X11Forwarding no\n' },
  applies: ({ host }) => host?.sshd !== undefined,
  check({ host }, report) {
    for (const found of sshdCases(host!.sshd!, 'x11forwarding', 'no')) {
      if (found.value !== 'yes') continue
      report({
        at: found.at,
        service: 'sshd',
        observed: described('X11Forwarding', found),
        expected: 'X11Forwarding no',
      })
    }
  },
} satisfies Rule
