import type { Rule } from '../rule.ts'

export const databaseNoTls = {
  id: 'host.database-no-tls',
  severity: 'medium',
  title: 'PostgreSQL listens on the network without encryption',
  looksFor: 'ssl in postgresql.conf, when listen_addresses goes beyond this machine.',
  why: 'Everything that the application reads and writes passes the network in plain text, for every other machine of the hoster that can listen.',
  fix: 'Set ssl = on with ssl_cert_file and ssl_key_file, and let clients verify it (sslmode=verify-full).',
  bad: { 'etc/postgresql/15/main/postgresql.conf': "listen_addresses = '10.0.0.2'\nssl = off\n" },
  good: { 'etc/postgresql/15/main/postgresql.conf': "listen_addresses = '10.0.0.2'\nssl = on\n" },
  applies: ({ host }) => host?.databases.some(({ kind }) => kind === 'postgresql') === true,
  check({ host }, report) {
    for (const { kind, values, at } of host!.databases) {
      const addresses = (values.get('listen_addresses')?.value ?? 'localhost').split(',').map((one) => one.trim())
      const ssl = values.get('ssl')
      const local = addresses.every((one) => ['localhost', '127.0.0.1', '::1', ''].includes(one))
      if (kind !== 'postgresql' || local || /^(on|true|yes|1)$/i.test(ssl?.value ?? '')) continue
      report({
        at: ssl?.at ?? at,
        service: 'postgresql',
        observed: `listens on ${addresses.join(', ')} with ssl off`,
        expected: 'ssl = on',
      })
    }
  },
} satisfies Rule
