import type { Rule } from '../rule.ts'
import { described, sshdCases } from './sshd-cases.ts'

export const sshKeyLoginOff = {
  id: 'host.ssh-key-login-off',
  severity: 'medium',
  title: 'SSH does not accept keys',
  looksFor: 'PubkeyAuthentication in sshd_config.',
  why: 'Without keys only passwords are left, which can be guessed, written down and used twice.',
  fix: 'Set "PubkeyAuthentication yes" or take the line out, and put your public key into ~/.ssh/authorized_keys.',
  bad: { 'etc/ssh/sshd_config': 'PubkeyAuthentication no\n' },
  good: { 'etc/ssh/sshd_config': 'PubkeyAuthentication yes\n' },
  applies: ({ host }) => host?.sshd !== undefined,
  check({ host }, report) {
    for (const found of sshdCases(host!.sshd!, 'pubkeyauthentication', 'yes')) {
      if (found.value !== 'no') continue
      const observed = described('PubkeyAuthentication', found)
      report({ at: found.at, service: 'sshd', observed, expected: 'PubkeyAuthentication yes' })
    }
  },
} satisfies Rule
