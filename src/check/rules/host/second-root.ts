import type { Rule } from '../rule.ts'

export const secondRoot = {
  id: 'host.second-root',
  severity: 'critical',
  title: 'Another account than root has the rights of root',
  looksFor: 'Accounts with user id 0 in /etc/passwd.',
  why: 'Such an account is a common back door: it looks like an ordinary user and is root.',
  fix: 'Find out who made it. If nobody knows, treat the machine as broken into; else give it an id of its own and sudo.',
  bad: { 'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nbackup2:x:0:0::/home/backup2:/bin/bash\n' },
  good: { 'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nbackup:x:34:34::/var/backups:/usr/sbin/nologin\n' },
  applies: ({ host }) => (host?.accounts.roots.length ?? 0) > 0,
  check({ host }, report) {
    for (const { value, at } of host!.accounts.roots)
      if (value !== 'root') report({ at, observed: `${value} has user id 0`, expected: 'root alone has it' })
  },
} satisfies Rule
