import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { hasRole, servicesOf } from '../compose/services.ts'
import type { Rule } from '../rule.ts'

const postgres = (more: string) => ({ 'compose.yaml': `services:\n  db:\n    image: postgres:17.2\n${more}` })

export const databaseLog = {
  id: 'setting.database-log',
  severity: 'low',
  title: 'The database keeps no log of what was done',
  looksFor:
    'Services of PostgreSQL, MySQL and MariaDB whose command switches no log of statements on, and that have no configuration of their own mounted.',
  why: 'After a break-in nobody can say what was read or changed.',
  fix: 'For PostgreSQL: command: postgres -c log_statement=mod. For MariaDB and MySQL: a general log, or the audit plugin. Such a log holds personal data; keep it as safe as the database, and not for long.',
  bad: postgres(''),
  good: postgres('    command: postgres -c log_statement=mod -c log_connections=on\n'),
  applies: (stack) => databases(stack).length > 0,
  check(stack, report) {
    for (const service of databases(stack)) {
      if (isLogged(service) || hasConfiguration(service)) continue
      const isPostgres = /postg|timescale|pgvector/.test(kindOf(service))
      report({
        at: service.command[0]?.at ?? service.at,
        service: service.name,
        observed: `${service.name} logs no statements (${isPostgres ? 'log_statement' : 'general_log'} is not set)`,
        expected: isPostgres ? 'log_statement=mod or ddl' : 'general_log=ON or an audit plugin',
      })
    }
  },
} satisfies Rule

function kindOf({ name, image }: Service): string {
  return `${image?.value.repository ?? ''} ${name}`.toLowerCase()
}

function databases(stack: Stack): readonly Service[] {
  return servicesOf(stack).filter(
    (service) =>
      hasRole(stack, service, 'database') && /postg|timescale|pgvector|mysql|mariadb|percona/.test(kindOf(service)),
  )
}

function isLogged({ command, entrypoint, environment }: Service): boolean {
  const words = [...entrypoint, ...command].map(({ value }) => value).join(' ')
  const variables = [...environment.values()].map(({ name, value }) => `${name}=${value ?? ''}`).join(' ')
  const text = `${words} ${variables}`
  return (
    /log_statement\s*=\s*['"]?(ddl|mod|all)|log_min_duration_statement\s*=\s*\d|pgaudit/i.test(text) ||
    /general[-_]log(=(1|on))?(\s|$)|server_audit|audit_log/i.test(text)
  )
}

/** A file of one's own can switch it on. */
function hasConfiguration({ command, mounts, configs }: Service): boolean {
  const words = command.map(({ value }) => value).join(' ')
  return (
    configs.length > 0 ||
    /config_file|--defaults-(extra-)?file/.test(words) ||
    mounts.some(({ target }) => /\.(conf|cnf)$|\/conf\.d\/?$|^\/etc\/(mysql|postgresql)/.test(target))
  )
}
