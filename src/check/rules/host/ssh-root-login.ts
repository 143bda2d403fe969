import type { Rule } from '../rule.ts'
import { described, sshdCases } from './sshd-cases.ts'

export const sshRootLogin = {
  id: 'host.ssh-root-login',
  severity: 'high',
  title: 'Root can sign in over SSH',
  looksFor: 'PermitRootLogin in sshd_config, its included files and its Match blocks.',
  why: 'Every attacker knows this account name. One stolen key or guessed password is the whole machine, and nothing tells which person it was.',
  fix: 'Set "PermitRootLogin no", sign in with an account of your own and use sudo.',
  bad: { 'etc/ssh/sshd_config': 'PermitRootLogin yes\n' },
  good: { 'etc/ssh/sshd_config': 'PermitRootLogin no\n' },
  applies: ({ host }) => host?.sshd !== undefined,
  check({ host }, report) {
    for (const found of sshdCases(host!.sshd!, 'permitrootlogin', 'prohibit-password')) {
      if (found.value === 'no') continue
      const expected = 'PermitRootLogin no'
      const observation = { at: found.at, service: 'sshd', observed: described('PermitRootLogin', found), expected }
      // With a key only, or for commands that are fixed in authorized_keys.
      if (found.value !== 'yes')
        report({ ...observation, severity: 'low', title: 'Root can sign in over SSH with a key' })
      else report(found.criteria === undefined ? observation : { ...observation, severity: 'medium' })
    }
  },
} satisfies Rule
