import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { hostOf, type Installation, startInstallation } from '../helpers/installation.ts'
import { identity } from './cases/identity.ts'
import { runTable } from './table.ts'
import { send } from './ways.ts'

/** The one trusted proxy, as in the cases. */
const PROXY = '127.0.0.77'
const network = `network: { trusted-proxies: [${PROXY}/32], deny: [203.0.113.0/24, "2001:db8:bad::/48"] }`

let installation: Installation
before(async () => {
  installation = await startInstallation({ top: network })
})
after(() => installation[Symbol.asyncDispose]())

test('B: header spoofing and client identity', { timeout: 180_000 }, (t) => runTable(t, installation, identity))

/** How many of these clients, one request each, are let through. */
async function passing(clients: readonly string[]): Promise<number> {
  const { port } = installation.gate
  const outcomes = clients.map((client) =>
    send({ protocol: 'HTTP/1.1', address: '127.0.0.1', site: 'app' }, port, {
      method: 'GET',
      target: '/open',
      authority: `${hostOf('app')}:${port}`,
      serverName: hostOf('app'),
      headers: [['X-Forwarded-For', client]],
      from: PROXY,
    }),
  )
  const verdicts = (await Promise.all(outcomes)).map(({ verdict }) => verdict)
  assert.deepEqual(
    [...new Set(verdicts)].filter((verdict) => verdict !== 'passed' && verdict !== '429 rate-limit.exceeded'),
    [],
  )
  return verdicts.filter((verdict) => verdict === 'passed').length
}

test('B7: addresses of one /64 share a bucket, and addresses of IPv4 do not', { timeout: 60_000 }, async () => {
  const { gate } = installation
  writeFileSync(
    gate.file,
    readFileSync(gate.file, 'utf8').replaceAll('rate: 100000/s, burst: 100000', 'rate: 1/m, burst: 4'),
  )
  assert.equal((await gate.cli(['reload'])).code, 0)
  const clients = (form: (index: number) => string) => Array.from({ length: 20 }, (_, index) => form(index + 1))
  const shared = await passing(clients((index) => `2001:db8:1:1::${index.toString(16)}`))
  assert.ok(shared >= 4 && shared <= 6, `${shared} of 20 in one /64`)
  assert.equal(await passing(clients((index) => `2001:db8:2:${index.toString(16)}::1`)), 20, 'twenty /64 networks')
  assert.equal(await passing(clients((index) => `::ffff:198.51.100.${index}`)), 20, 'IPv4, mapped (CVE-2026-30827)')
  const again = await passing(clients(() => '192.0.2.200'))
  assert.ok(again >= 4 && again <= 6, `${again} of 20 from one address`)
})
