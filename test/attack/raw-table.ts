import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { header, type Message, statusOf } from '../helpers/http1-messages.ts'
import { hostOf, type Installation, type SiteName } from '../helpers/installation.ts'
import { type RawAnswer, sendRaw } from '../helpers/raw-client.ts'
import { ADDRESSES, judge } from './ways.ts'

/** Bytes on a connection of HTTP/1.1, and everything that may come of them. `{host}`, `{marker}` are filled in. */
export interface RawCase {
  readonly id: string
  readonly name: string
  readonly bytes: string
  /** Verdict of each answer in turn; `closed` or `silence` where there is none. */
  readonly expect: readonly string[]
  /** Exactly what reached the upstream, in any order: start line and body. Nothing when left out. */
  readonly arrives?: readonly (readonly [startLine: string, body: string])[]
  /** Statuses of the interim answers. */
  readonly interim?: readonly number[]
  /** ms to go on listening. */
  readonly linger?: number
  /** Over plain HTTP, too, where the answer is this. */
  readonly plain?: readonly string[]
}

let last = 0

/** Runs every case over the plain listener of `http-mode: serve`, to both sites. */
export async function runRawTablePlain(
  t: TestContext,
  installation: Installation,
  cases: readonly RawCase[],
): Promise<void> {
  for (const attack of cases) {
    await t.test(`${attack.id}: ${attack.name}`, async () => {
      for (const site of ['app', 'wiki'] as const) await checkRaw(installation, attack, '127.0.0.1', site, true)
    })
  }
  assert.deepEqual(installation.upstream.of('smuggled'), [], 'a smuggled request reached the upstream')
  assert.deepEqual(installation.upstream.leftovers(), [], 'bytes reached the upstream that were no request')
  await installation.expectUnharmed()
}

/** Runs every case over IPv4 and IPv6, to both sites, and over the plain listener where the case says what comes of it. */
export async function runRawTable(
  t: TestContext,
  installation: Installation,
  cases: readonly RawCase[],
): Promise<void> {
  let checks = 0
  for (const attack of cases) {
    await t.test(`${attack.id}: ${attack.name}`, async () => {
      for (const address of ADDRESSES) {
        for (const site of ['app', 'wiki'] as const) {
          await checkRaw(installation, attack, address, site)
          checks += 1
        }
      }
      if (attack.plain === undefined) return
      const answer = await ask(installation, attack, {
        address: '127.0.0.1',
        site: 'app',
        plain: true,
        marker: 'plain',
      })
      assert.deepEqual(verdicts(answer), attack.plain)
      checks += 1
    })
  }
  assert.deepEqual(installation.upstream.of('smuggled'), [], 'a smuggled request reached the upstream')
  assert.deepEqual(installation.upstream.leftovers(), [], 'bytes reached the upstream that were no request')
  await installation.expectUnharmed()
  t.diagnostic(`${t.name}: ${cases.length} cases: ${checks} checks over 5 ways`)
}

async function checkRaw(
  installation: Installation,
  attack: RawCase,
  address: string,
  site: SiteName,
  plain = false,
): Promise<void> {
  const before = installation.upstream.arrivals.length
  const marker = `r${++last}`
  const answer = await ask(installation, attack, { address, site, plain, marker })
  const where = `${attack.name} over ${address} to ${site}: ${JSON.stringify(answer)}`
  assert.deepEqual(verdicts(answer), attack.expect, where)
  if (attack.interim !== undefined) assert.deepEqual(answer.interim.map(statusOf), attack.interim, where)
  const arrived = installation.upstream.arrivals.slice(before)
  const texts = arrived.map(({ startLine, body }) => `${startLine} | ${body}`)
  assert.deepEqual(
    texts,
    (attack.arrives ?? []).map(([line, body]) => `${line} | ${body}`),
    where,
  )
  for (const message of arrived) expectClean(message, where)
}

/** One length, one host, and nothing that another program could frame otherwise (CVE-2026-1525). */
function expectClean(message: Message, where: string): void {
  const names = message.headers.map(([name]) => name.toLowerCase())
  const count = (wanted: string) => names.filter((name) => name === wanted).length
  assert.ok(count('content-length') + count('transfer-encoding') <= 1, `${where}\n${message.raw}`)
  assert.equal(count('host'), 1, where)
  assert.deepEqual(message.trailers, [], where)
  assert.ok(['chunked', undefined].includes(header(message, 'transfer-encoding')), where)
}

interface Asked {
  readonly address: string
  readonly site: SiteName
  readonly plain: boolean
  readonly marker: string
}

function ask({ gate }: Installation, attack: RawCase, { address, site, plain, marker }: Asked): Promise<RawAnswer> {
  const bytes = attack.bytes.replaceAll('{host}', `${hostOf(site)}:${gate.port}`).replaceAll('{marker}', marker)
  const peer = { port: plain ? gate.http : gate.port, address, serverName: plain ? null : hostOf(site) }
  return sendRaw(peer, bytes, { count: attack.expect.length, linger: attack.linger ?? 60, limit: 3_000 })
}

function verdicts({ answers, closed }: RawAnswer): string[] {
  return answers.length === 0
    ? [judge(undefined, closed).verdict]
    : answers.map((answer) => judge(answer, closed).verdict)
}
