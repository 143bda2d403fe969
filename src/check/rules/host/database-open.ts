import { isEverywhere } from '../../live/services.ts'
import type { HostDatabase } from '../../readers/host/types.ts'
import type { Rule } from '../rule.ts'

export const databaseOpen = {
  id: 'host.database-open',
  severity: 'high',
  title: 'A database of the host listens on all addresses',
  looksFor: "listen_addresses of PostgreSQL, and bind and protected-mode of Redis, in the host's own configuration.",
  why: 'Then a firewall somewhere else is the only thing between the internet and the data. One wrong rule there, or one new network, and it is open.',
  fix: 'Name the private address: listen_addresses = \'localhost,10.0.0.2\' for PostgreSQL, "bind 127.0.0.1 ::1 10.0.0.2" for Redis.',
  bad: { 'etc/postgresql/15/main/postgresql.conf': "listen_addresses = '*'\n" },
  good: { 'etc/postgresql/15/main/postgresql.conf': "listen_addresses = 'localhost,10.0.0.2'\n" },
  applies: ({ host }) => (host?.databases.length ?? 0) > 0,
  check({ host }, report) {
    for (const database of host!.databases) {
      if (database.kind === 'redis') checkRedis(database, report)
      const addresses = database.kind === 'postgresql' ? database.values.get('listen_addresses') : undefined
      const everywhere = addresses?.value
        .split(',')
        .map((one) => one.trim())
        .some((one) => one === '*' || (one !== '' && isEverywhere(one)))
      if (everywhere === true)
        report({
          at: addresses!.at,
          service: 'postgresql',
          observed: `listen_addresses = '${addresses!.value}'`,
          expected: 'localhost and a private address',
        })
    }
  },
} satisfies Rule

function checkRedis({ values, at }: HostDatabase, report: Parameters<Rule['check']>[1]): void {
  const bind = values.get('bind')
  const addresses = bind?.value.split(/\s+/).map((one) => one.replace(/^-/, ''))
  if (addresses !== undefined && !addresses.some((one) => one === '*' || isEverywhere(one) || one === '::*')) return
  const observed = bind === undefined ? 'no bind: all addresses' : `bind ${bind.value}`
  const observation = {
    at: bind?.at ?? at,
    service: 'redis',
    observed,
    expected: 'bind 127.0.0.1 ::1 and a private address',
  }
  // Protected mode refuses strangers as long as there is no password.
  const kept = values.get('protected-mode')?.value !== 'no' && !values.has('requirepass')
  report(kept ? { ...observation, severity: 'medium' } : observation)
}
