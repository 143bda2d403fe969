import { hostOf, isPublicAddress, looksPublic, namesDataServer } from '../../facts/address.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { isFalse, settingOf } from './known.ts'
import { rewrite } from './repair.ts'
import { oncePerPlace, type Scope, scopesOf } from './scope.ts'
import type { Written } from './written.ts'

const ADDRESS = /^(postgres|postgresql|postgis|mysql2?|mariadb)(\+\w+)?:\/\//i
const ASKS_TLS =
  /[?&](sslmode=(require|verify-ca|verify-full)|ssl=(true|1|require|verify.*)|ssl-mode=(required|verify.*)|sslmode=verify.*|tls=true|sslaccept=strict|encrypt=true)(&|$)/i
const SWITCH_OFF = /^(DB_|DATABASE_|POSTGRES_|PG)?DISABLE_(SSL|TLS)$/
const MODE = /(^|_)(PG|DB|DATABASE|POSTGRES|POSTGRESQL|MYSQL)_?SSL_?MODE$/
const SWITCH_ON = /(^|_)(DB|DATABASE|POSTGRES|POSTGRESQL|MYSQL)_(USE_|REQUIRE_)?(SSL|TLS)$/

export const databaseUnencrypted = {
  id: 'setting.database-unencrypted',
  severity: 'low',
  title: 'The connection to the database has no TLS',
  looksFor:
    'Addresses of databases without sslmode, and settings that switch TLS off. Medium when the database is reached over the public network.',
  why: 'Whoever gets onto the network between them reads all data and the password of the database.',
  fix: 'Give the database a certificate and ask for it: sslmode=verify-full with sslrootcert. Between containers of one host an internal network is the first step.',
  bad: { '.env': 'DATABASE_URL=postgresql://shop:6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b@db/shop\n' },
  good: { '.env': 'DATABASE_URL=postgresql://shop:6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b@db/shop?sslmode=verify-full\n' },
  applies: (stack) => scopesOf(stack).some(({ values }) => [...values.values()].some(concernsDatabase)),
  check(stack, report) {
    const isFirst = oncePerPlace()
    for (const scope of scopesOf(stack)) {
      for (const written of scope.values.values()) {
        const observed = faultOf(stack, scope, written)
        if (observed === undefined || !isFirst(written)) continue
        const isSwitch = SWITCH_OFF.test(written.name)
        report({
          at: written.at,
          ...(scope.service === undefined ? {} : { service: scope.service.name }),
          severity: isFar(scope) ? 'medium' : 'low',
          observed,
          expected: isSwitch ? `no ${written.name}` : 'sslmode=verify-full, or the like',
          ...(isSwitch && settingOf(stack, written.name)?.presence === true ? rewrite(written, undefined) : {}),
        })
      }
    }
  },
} satisfies Rule

function concernsDatabase({ name, value }: Written): boolean {
  const isServer = namesDataServer(name) && !/REDIS|CACHE|ELASTIC|RABBITMQ|AMQP/i.test(name)
  return isServer || ADDRESS.test(value) || SWITCH_OFF.test(name) || MODE.test(name)
}

function faultOf(stack: Stack, { values }: Scope, { name, value }: Written): string | undefined {
  if (value === '') return undefined
  if (SWITCH_OFF.test(name)) {
    const isOn = settingOf(stack, name)?.presence === true || !isFalse(value)
    return isOn ? `${name} switches TLS to the database off` : undefined
  }
  if (MODE.test(name)) return /^(disable|allow|prefer)$/i.test(value) ? `${name} does not ask for TLS` : undefined
  if (SWITCH_ON.test(name)) return isFalse(value) ? `${name} is off` : undefined
  if (!ADDRESS.test(value) || ASKS_TLS.test(value) || isLocal(hostOf(value))) return undefined
  const mode = [...values.values()].some((one) => MODE.test(one.name) && /^(require|verify)/i.test(one.value))
  return mode ? undefined : `the address in ${name} does not ask for TLS (sslmode)`
}

/** The machine itself, or a socket in the file system. */
function isLocal(host: string): boolean {
  return host === '' || /^(localhost|127\.|::1$|%2F)/i.test(host)
}

function isFar({ values }: Scope): boolean {
  return [...values.values()].some(({ name, value }) => {
    const host = namesDataServer(name) || ADDRESS.test(value) ? hostOf(value) : ''
    return isPublicAddress(host) || looksPublic(host)
  })
}
