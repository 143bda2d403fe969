/** Addresses of servers in settings, and whether they lie in the public network. Names are not looked up. */
import { BlockList, isIP } from 'node:net'

const DATA_NAME =
  /(^|_)(DB|DATABASE|POSTGRES(QL)?|PG|MYSQL|MARIADB|REDIS|MONGO(DB)?|COUCHDB|ELASTIC(SEARCH)?|RABBITMQ|AMQP|CACHE)_?(HOST(NAME)?|ADDR(ESS)?|SERVER|URL|URI)$/i

const PRIVATE = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv4')
}
PRIVATE.addSubnet('fc00::', 7, 'ipv6')
PRIVATE.addSubnet('fe80::', 10, 'ipv6')
PRIVATE.addAddress('::1', 'ipv6')

/** Endings of names that mean something within a network only. */
const INNER =
  /\.(internal|local|localdomain|lan|home|intern|private|corp|svc|consul|docker|test|invalid|localhost|home\.arpa)$|\.svc\.|(^|[.-])(private|internal|priv|vpc)[.-]/i

/** Does a setting of this name hold the address of a database, a cache or the like? */
export function namesDataServer(name: string): boolean {
  return DATA_NAME.test(name)
}

/** The host of `postgres://user:…@host:5432/name`, or of `host:5432`; empty when there is none. */
export function hostOf(value: string): string {
  const authority = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([^/?]*)/i.exec(value.trim())?.[1] ?? ''
  const bracketed = /^\[([^\]]*)\]/.exec(authority)?.[1]
  return bracketed ?? (isIP(authority) === 6 ? authority : authority.replace(/:\d+$/, ''))
}

/** Is it an IP address of the public network? False for names. */
export function isPublicAddress(host: string): boolean {
  const version = isIP(host)
  return version !== 0 && !PRIVATE.check(host, version === 4 ? 'ipv4' : 'ipv6')
}

/** A name that looks as if the whole internet could look it up. */
export function looksPublic(host: string): boolean {
  const name = host.replace(/\.$/, '')
  return isIP(name) === 0 && /^([a-z0-9_-]+\.)+[a-z]{2,}$/i.test(name) && !INNER.test(name)
}
