import type { Rule } from '../rule.ts'

export const sshAnyUser = {
  id: 'host.ssh-any-user',
  severity: 'low',
  title: 'Every account may sign in over SSH',
  looksFor: 'AllowUsers or AllowGroups in sshd_config.',
  why: 'An account that a package creates, or that was forgotten, can be used from outside as soon as it has a password or a key.',
  fix: 'Name who may sign in: "AllowGroups ssh-users", with the people in that group.',
  bad: { 'etc/ssh/sshd_config': 'PermitRootLogin no\n' },
  good: { 'etc/ssh/sshd_config': 'AllowGroups ssh-users\n' },
  applies: ({ host }) => host?.sshd !== undefined,
  check({ host }, report) {
    const { values, at } = host!.sshd!
    if (values.has('allowusers') || values.has('allowgroups')) return
    report({
      at,
      service: 'sshd',
      observed: 'neither AllowUsers nor AllowGroups',
      expected: 'a list of who may sign in',
    })
  },
} satisfies Rule
