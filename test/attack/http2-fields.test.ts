import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../faults/support.ts'
import { type Fields, type H2Answer, H2Connection } from '../helpers/h2-client.ts'
import { header } from '../helpers/http1-messages.ts'
import { hostOf, type Installation, startInstallation } from '../helpers/installation.ts'
import { type FieldCase, fieldCases } from './cases/http2-fields.ts'

import { ADDRESSES } from './ways.ts'

test('D5: HTTP/2 on its way to HTTP/1.1', { timeout: 120_000 }, async (t) => {
  await using installation = await startInstallation()
  let checks = 0
  for (const attack of fieldCases) {
    await t.test(attack.name, async () => {
      for (const address of ADDRESSES) {
        for (const site of ['app', 'wiki'] as const) {
          await check(installation, attack, address, site)
          checks += 1
        }
      }
    })
  }
  await report(t, installation, checks)
})

async function report(t: TestContext, installation: Installation, checks: number): Promise<void> {
  assert.deepEqual(installation.upstream.leftovers(), [], 'bytes reached the upstream that were no request')
  await installation.expectUnharmed()
  t.diagnostic(`${t.name}: ${fieldCases.length} cases: ${checks} checks over 4 ways`)
}

async function check(
  installation: Installation,
  attack: FieldCase,
  address: string,
  site: 'app' | 'wiki',
): Promise<void> {
  const { gate, upstream } = installation
  const before = upstream.arrivals.length
  const connection = await H2Connection.open({ port: gate.port, address, serverName: hostOf(site) })
  connection.request(1, fill(attack.fields, installation, site), attack.body)
  const answer = await connection.answer(1)
  connection.close()
  const where = `${attack.name} over ${address} to ${site}: ${JSON.stringify(answer)}`
  assert.equal(verdictOf(answer), attack.expect, where)
  const arrived = upstream.arrivals.slice(before)
  assert.equal(arrived.length, attack.expect === 'passed' ? 1 : 0, where)
  const [arrival] = arrived
  if (arrival === undefined) return
  assert.equal(arrival.startLine, attack.arrives?.startLine ?? 'GET /open HTTP/1.1', where)
  assert.equal(arrival.body, attack.arrives?.body ?? '', where)
  assert.equal(header(arrival, 'cookie'), attack.arrives?.cookie, where)
  assert.equal(header(arrival, 'host'), `${hostOf(site)}:${gate.port}`, where)
  const names = arrival.headers.map(([name]) => name)
  const own = [
    'connection',
    'content-length',
    'cookie',
    'host',
    'transfer-encoding',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-port',
    'x-forwarded-proto',
    'x-real-ip',
    'x-request-id',
  ]
  assert.deepEqual(
    names.filter((name) => !own.includes(name)),
    [],
    arrival.raw,
  )
  assert.equal(new Set(names).size, names.length, arrival.raw)
  assert.equal(header(arrival, 'x-real-ip'), address, where)
}

function fill(fields: Fields, { gate, cookie }: Installation, site: 'app' | 'wiki'): Fields {
  const host = `${hostOf(site)}:${gate.port}`
  return fields.map(([name, value]) => [
    name,
    value
      .replaceAll('{host}', host)
      .replaceAll('{HOST}', host.toUpperCase())
      .replaceAll('{session}', cookie('member', site)),
  ])
}

function verdictOf({ status, body, reset, closed }: H2Answer): string {
  if (status === 0) return reset !== undefined || closed ? 'reset' : 'silence'
  const reason = /^\{"error":"([^"]+)"/.exec(body)?.[1]
  if (reason !== undefined) return `${status} ${reason}`
  return body.startsWith('{"method"') ? 'passed' : String(status)
}

test('a method as long as a whole head is refused, and the log does not repeat it', { timeout: 60_000 }, async () => {
  await using installation = await startInstallation()
  const { gate, log } = installation
  const connection = await H2Connection.open({ port: gate.port, address: '127.0.0.1', serverName: hostOf('app') })
  const fields = { ':method': 'M'.repeat(16_000), ':scheme': 'https', ':authority': '{host}', ':path': '/long-method' }
  connection.request(1, fill(Object.entries(fields), installation, 'app'))
  assert.equal(verdictOf(await connection.answer(1)), '405 request-form.method')
  connection.close()
  const line = await until('its line', 5_000, () => log().find(({ target }) => target === '/long-method'))
  assert.ok(JSON.stringify(line).length < 1_000)
})
