import type { EnvRepair } from '../../fix/repair.ts'
import type { Stack } from '../../stack.ts'
import { hasRole, servicesOf } from '../compose/services.ts'
import { thingsOf } from './things.ts'
import { type SecretValue, secretsOfValue } from './values.ts'

/** Kept by a server beside its data: a new one in the file alone locks everybody out. */
const STORED =
  /(^|_)(DB|DATABASE|POSTGRES|POSTGRESQL|PG|SQL|MYSQL|MARIADB|MONGO|MONGODB|COUCHDB|ELASTIC|OPENSEARCH|RABBITMQ|AMQP|MINIO|LDAP|ROOT|GF|PGADMIN)(_|$)|^PGPASSWORD$|ADMIN_PASS/i
/** What was encrypted or signed with it for long is lost with it. */
const LASTING = /ENCRYPT|BACKUP|SALT|PEPPER|VAPID|OIDC|PRIVATE|MASTER|ERLANG|CREDENTIAL|VAULT|FERNET/i

/** Bytes; written as hex it has the 64 characters that the most demanding settings ask for. */
const RANDOM: EnvRepair['value'] = { randomBytes: 32, form: 'hex' }

/**
 * A new random value, where that does no harm: the line of one env file is the only place that says it, and the value is
 * read anew at each start. Sessions may end by it.
 */
export function replaced(stack: Stack, secret: SecretValue): { repair?: EnvRepair } {
  const { name, written, value, issued, sample } = secret
  const entry = written?.entry
  if (entry === undefined || sample || issued || written?.value !== value) return {}
  const names = [name, written.name]
  if (names.some((one) => STORED.test(one) || LASTING.test(one))) return {}
  if (thingsOf(secret).has('cache') && !isHandedToCache(stack, value)) return {}
  if (secretsOfValue(stack, value).some((other) => other !== secret && isOneThing(other, secret))) return {}
  return { repair: { kind: 'env', file: entry.file.path, name: entry.name, value: RANDOM } }
}

/** The same password, written down twice: one alone must not change. */
function isOneThing(other: SecretValue, secret: SecretValue): boolean {
  const things = thingsOf(secret)
  return [...thingsOf(other)].some((thing) => things.has(thing))
}

/** Redis takes its password from its command at each start; elsewhere it may stand in a file of its own. */
function isHandedToCache(stack: Stack, value: string): boolean {
  return servicesOf(stack).some(
    (service) => hasRole(stack, service, 'cache') && service.command.some((word) => word.value.includes(value)),
  )
}

/** A first random value for one that is empty or absent. */
export function created(file: string, name: string): { repair: EnvRepair } {
  return { repair: { kind: 'env', file, name, value: RANDOM } }
}
