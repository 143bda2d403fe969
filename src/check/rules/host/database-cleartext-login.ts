import { isLoopback } from '../../live/services.ts'
import type { Rule } from '../rule.ts'

export const databaseCleartextLogin = {
  id: 'host.database-cleartext-login',
  severity: 'high',
  title: 'PostgreSQL takes passwords in clear text, or none at all, over the network',
  looksFor:
    'The methods password and trust (and the outdated md5) in pg_hba.conf for addresses other than this machine.',
  why: 'With "password" whoever listens on the network reads the password; with "trust" nobody needs one.',
  fix: 'Use "hostssl … scram-sha-256", and limit the line to the address, the database and the user that need it.',
  bad: { 'etc/postgresql/15/main/pg_hba.conf': 'host all all 0.0.0.0/0 password\n' },
  good: { 'etc/postgresql/15/main/pg_hba.conf': 'hostssl app app 10.0.0.3/32 scram-sha-256\n' },
  applies: ({ host }) => host?.databases.some(({ access }) => access.length > 0) === true,
  check({ host }, report) {
    for (const { type, database, user, address, method, at } of host!.databases.flatMap(({ access }) => access)) {
      if (type === 'local' || isLoopback(address) || address === 'samehost') continue
      const observation = {
        at,
        service: 'postgresql',
        observed: `${type} ${database} ${user} ${address} ${method}`,
        expected: 'hostssl with scram-sha-256',
      }
      if (method === 'trust') report({ ...observation, severity: 'critical' })
      else if (method === 'password') report(type === 'hostssl' ? { ...observation, severity: 'low' } : observation)
      else if (method === 'md5') report({ ...observation, severity: 'low' })
    }
  },
} satisfies Rule
