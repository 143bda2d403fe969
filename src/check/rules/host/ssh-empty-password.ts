import type { Rule } from '../rule.ts'
import { described, sshdCases } from './sshd-cases.ts'

export const sshEmptyPassword = {
  id: 'host.ssh-empty-password',
  severity: 'critical',
  title: 'SSH lets accounts in that have no password',
  looksFor: 'PermitEmptyPasswords in sshd_config.',
  why: 'Whoever knows the name of an account without a password is in. Some packages and images create such accounts.',
  fix: 'Set "PermitEmptyPasswords no" or take the line out.',
  bad: { 'etc/ssh/sshd_config': 'PermitEmptyPasswords yes\n' },
  good: { 'etc/ssh/sshd_config': 'PermitEmptyPasswords no\n' },
  applies: ({ host }) => host?.sshd !== undefined,
  check({ host }, report) {
    for (const found of sshdCases(host!.sshd!, 'permitemptypasswords', 'no')) {
      if (found.value !== 'yes') continue
      const observed = described('PermitEmptyPasswords', found)
      report({ at: found.at, service: 'sshd', observed, expected: 'PermitEmptyPasswords no' })
    }
  },
} satisfies Rule
