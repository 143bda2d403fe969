import { test } from 'node:test'
import { startInstallation } from '../helpers/installation.ts'
import { identity } from './cases/identity.ts'
import { runTable } from './table.ts'

const network = 'network: { trusted-proxies: [127.0.0.77/32], deny: [203.0.113.0/24, "2001:db8:bad::/48"] }'

test('B: header spoofing and client identity', { timeout: 120_000 }, async (t) => {
  await using installation = await startInstallation({ top: network })
  await runTable(t, installation, identity)
})
