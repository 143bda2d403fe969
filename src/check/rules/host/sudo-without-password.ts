import type { Rule } from '../rule.ts'

export const sudoWithoutPassword = {
  id: 'host.sudo-without-password',
  severity: 'medium',
  title: 'A user becomes root without a password',
  looksFor: 'NOPASSWD: ALL in sudoers and sudoers.d.',
  why: 'Whoever takes over a process of that user is root at once.',
  fix: 'Take NOPASSWD out, or name the few commands that need it with their full path.',
  bad: { 'etc/sudoers': 'deploy ALL=(ALL) NOPASSWD: ALL\n' },
  good: { 'etc/sudoers': 'deploy ALL=(root) NOPASSWD: /usr/bin/systemctl restart app\n%sudo ALL=(ALL:ALL) ALL\n' },
  applies: ({ host }) => host?.accounts.knowsSudo === true,
  check({ host }, report) {
    for (const { value, at } of host!.accounts.freeSudo)
      report({
        at,
        service: 'sudo',
        observed: `${value}: every command without a password`,
        expected: 'a password, or single commands',
      })
  },
} satisfies Rule
