import { sshdValue } from '../../readers/host/sshd.ts'
import type { Rule } from '../rule.ts'

/** The default of OpenSSH. */
const MOST = 6

export const sshMaxAuthTries = {
  id: 'host.ssh-max-auth-tries',
  severity: 'low',
  title: 'SSH allows many attempts on one connection',
  looksFor: 'MaxAuthTries in sshd_config.',
  why: 'The more attempts a connection has, the faster passwords can be tried, and the fewer lines are left in the log for a jail to see.',
  fix: 'Set "MaxAuthTries 4", or take the line out for the default of 6.',
  bad: { 'etc/ssh/sshd_config': 'MaxAuthTries 20\n' },
  good: { 'etc/ssh/sshd_config': 'MaxAuthTries 4\n' },
  applies: ({ host }) => host?.sshd !== undefined,
  check({ host }, report) {
    const { value, at } = sshdValue(host!.sshd!, 'maxauthtries', '6')
    if (Number(value) > MOST)
      report({ at, service: 'sshd', observed: `MaxAuthTries ${value}`, expected: `at most ${MOST}` })
  },
} satisfies Rule
