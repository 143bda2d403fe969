import { passwordOf, type SecretValue } from './values.ts'

const THINGS: readonly (readonly [string, RegExp])[] = [
  ['root of the database', /ROOT_PASS/i],
  [
    'database',
    /(^|_)(DB|DATABASE|PG|POSTGRES|POSTGRESQL|MYSQL|MARIADB|MONGO|MONGODB|COUCHDB|SQL)(_|$)|^PGPASSWORD|^(postgres|mysql|mongodb|mariadb)/i,
  ],
  ['cache', /(^|_)(REDIS|CACHE|VALKEY|KEYDB|CELERY)(_|$)|^rediss?$/i],
  ['queue', /(^|_)(RABBITMQ|AMQP|BROKER)(_|$)|^amqps?$/i],
  ['mail', /(^|_)(SMTP|MAIL|EMAIL|MAILER|IMAP)(_|$)|^smtps?$/i],
  ['storage', /(^|_)(MINIO|S3|AWS)(_|$)/i],
  ['search', /(^|_)(ELASTIC|ELASTICSEARCH|OPENSEARCH|MEILI)(_|$)/i],
]

/** What a secret of this name opens, as far as names tell. */
export function thingNamed(name: string): string | undefined {
  return THINGS.find(([, pattern]) => pattern.test(name))?.[0]
}

/** What a secret is for: the servers that it opens, or its own name. */
export function thingsOf({ name, names, written }: SecretValue): ReadonlySet<string> {
  const value = written?.value ?? ''
  const scheme = passwordOf(value) === undefined ? '' : value.split(':', 1)[0]!.replace(/\+.*$/, '')
  const things = [scheme, name, ...names].flatMap((one) => thingNamed(one) ?? [])
  return new Set(things.length > 0 ? things : [name.toUpperCase()])
}
