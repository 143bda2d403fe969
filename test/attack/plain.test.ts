import { after, before, test } from 'node:test'
import { type Installation, startInstallation } from '../helpers/installation.ts'
import { identity } from './cases/identity.ts'
import { pathAndHost } from './cases/path-and-host.ts'
import { smuggling } from './cases/smuggling.ts'
import { upgrades } from './cases/upgrades.ts'
import { runRawTablePlain } from './raw-table.ts'
import { runTable } from './table.ts'

// `http-mode: serve`: somebody else ends TLS in front, and the plain listener serves the same sites by the same rules.

/** The one trusted proxy is that of the cases about identity; the others come from elsewhere. */
const top = `http-mode: serve
network: { trusted-proxies: [127.0.0.77/32], deny: [203.0.113.0/24, "2001:db8:bad::/48"] }
timeouts: { headers: 1s, body: 1s, idle: 3s }`

/** There is no name in TLS to differ from: what is no site is refused as such, and the portal is a site like any other. */
const withoutTls = pathAndHost
  .filter(({ authority, expect }) => !(expect === '421 tls.server-name' && authority?.startsWith('auth.')))
  .map((attack) => (attack.expect === '421 tls.server-name' ? { ...attack, expect: '421 edge.unknownHost' } : attack))

let installation: Installation
before(async () => {
  installation = await startInstallation({ top })
})
after(() => installation[Symbol.asyncDispose]())

test('A: path and host confusion, without TLS', { timeout: 120_000 }, (t) =>
  runTable(t, installation, withoutTls, { plain: true }),
)

test('B: header spoofing and client identity, without TLS', { timeout: 120_000 }, (t) =>
  runTable(t, installation, identity, { plain: true }),
)

test('D: request smuggling, without TLS', { timeout: 120_000 }, (t) =>
  runRawTablePlain(t, installation, [...smuggling, ...upgrades]),
)
