import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Arrival } from '../helpers/echo-upstream.ts'
import { hostOf, type Installation, type Person, type SiteName } from '../helpers/installation.ts'
import {
  HANDSHAKE,
  type HeaderLines,
  PROTOCOLS,
  type Protocol,
  type Sent,
  send,
  type Way,
  waysOver,
  wayText,
} from './ways.ts'

/** One abuse case as data. `{site}` in texts is the host of the site, `{port}` the port of the gate. */
export interface AttackCase {
  /** Number in the list of abuse cases: `A1`. */
  readonly id: string
  readonly name: string
  /** Whose session the request carries; nobody's when left out. */
  readonly as?: Person
  readonly method?: string
  /** `/open` when left out. */
  readonly target?: string
  readonly authority?: string
  readonly serverName?: string
  readonly headers?: HeaderLines
  readonly body?: string
  /** The client's own address in 127.0.0.0/8; then it is tried over IPv4 alone. */
  readonly from?: string
  /** `app` and `wiki` when left out. */
  readonly sites?: readonly SiteName[]
  /** What comes of it: the same everywhere, or by protocol; then it is tried over these protocols alone. */
  readonly expect: string | Readonly<Partial<Record<Protocol, string>>>
  /** The headers of the client that reach the upstream when it passes; all that were sent when left out. */
  readonly arrives?: HeaderLines
  /** The `Cookie` header that reaches the upstream; none when left out. */
  readonly cookie?: string
  /** The client address that the upstream is told; that of the connection when left out. */
  readonly client?: string
}

let last = 0

/**
 * Runs every case over every way in which it can be said, as a test each; at the end nothing else may have arrived.
 * `plain` is over the plain listener alone, with what has to do with TLS left out.
 */
export async function runTable(
  t: TestContext,
  installation: Installation,
  all: readonly AttackCase[],
  { plain = false } = {},
): Promise<void> {
  const cases = all.filter((attack) => !plain || (attack.serverName === undefined && waysOf(attack, plain).length > 0))
  let checks = 0
  const ways = new Set<string>()
  const seen = new Set<string>()
  const before = installation.upstream.arrivals.length
  for (const attack of cases) {
    await t.test(`${attack.id}: ${attack.name}`, async () => {
      for (const way of waysOf(attack, plain)) {
        const marker = await check(installation, attack, way)
        if (marker !== undefined) seen.add(marker)
        ways.add(wayText(way))
        checks += 1
      }
    })
  }
  const strays = installation.upstream.arrivals.slice(before).filter(({ marker }) => !seen.has(marker))
  assert.deepEqual(
    strays.map(({ raw }) => raw),
    [],
    'something reached the upstream that no check had let through',
  )
  assert.deepEqual(installation.upstream.leftovers(), [], 'bytes reached the upstream that were no request')
  await installation.expectUnharmed()
  t.diagnostic(`${t.name}: ${cases.length} cases: ${checks} checks over ${ways.size} ways`)
}

function waysOf(attack: AttackCase, plain: boolean): Way[] {
  const ways = waysOver(protocolsOf(attack), attack.sites ?? ['app', 'wiki'])
  if (plain) {
    const open = ways.filter(({ protocol, address }) => protocol !== 'HTTP/2' && address === '127.0.0.1')
    return open.map((way) => ({ ...way, plain }))
  }
  return attack.from === undefined ? ways : ways.filter(({ address }) => address === '127.0.0.1')
}

/** A handshake is a GET without a body. */
function protocolsOf({ expect, method = 'GET', body }: AttackCase): readonly Protocol[] {
  if (typeof expect !== 'string') return PROTOCOLS.filter((protocol) => expect[protocol] !== undefined)
  return PROTOCOLS.filter((protocol) => protocol !== 'WebSocket' || (method === 'GET' && body === undefined))
}

/** Sends it and looks from both sides; the marker if it was to pass. */
async function check(installation: Installation, attack: AttackCase, way: Way): Promise<string | undefined> {
  const marker = `m${++last}`
  const sent = prepare(installation, attack, way, marker)
  const { gate } = installation
  const outcome = await send(way, plainPort(way, gate), sent)
  const expected = typeof attack.expect === 'string' ? attack.expect : attack.expect[way.protocol]!
  const where = `${wayText(way)}: ${JSON.stringify(sent)}`
  assert.equal(outcome.verdict, expected, `${where}\n${outcome.body.slice(0, 300)}`)
  const arrivals = installation.upstream.of(marker)
  assert.equal(arrivals.length, expected === 'passed' ? 1 : 0, `${where}: requests that reached the upstream`)
  if (expected !== 'passed') return undefined
  expectArrival(arrivals[0]!, installation, attack, way, sent)
  return marker
}

function plainPort({ plain = false }: Way, gate: Installation['gate']): number {
  return plain ? gate.http : gate.port
}

/** A request, and which of its headers the upstream is to get: those of the case as they were, or what the case says. */
type Prepared = Sent & { readonly forwarded: HeaderLines }

function prepare({ gate, cookie, origin }: Installation, attack: AttackCase, way: Way, marker: string): Prepared {
  const fill = (text: string) => text.replaceAll('{site}', hostOf(way.site)).replaceAll('{port}', String(gate.port))
  const fillAll = (lines: HeaderLines) => lines.map(([name, value]): [string, string] => [name, fill(value)])
  const headers = fillAll(attack.headers ?? [])
  const says = (pattern: RegExp) => headers.some(([name]) => pattern.test(name))
  const own: [string, string][] = [['x-marker', marker]]
  const session = attack.as === undefined ? '' : cookie(attack.as, way.site)
  if (session !== '' && way.protocol === 'WebSocket' && !says(/^origin$/i)) own.push(['origin', origin(way.site)])
  if (attack.body !== undefined && !says(/^(content-length|transfer-encoding)$/i)) {
    own.push(['content-length', String(attack.body.length)])
  }
  return {
    method: attack.method ?? 'GET',
    target: fill(attack.target ?? '/open'),
    authority: fill(attack.authority ?? '{site}:{port}'),
    serverName: fill(attack.serverName ?? '{site}'),
    headers: [...own, ...(session === '' ? [] : [['cookie', session] as const]), ...headers],
    body: attack.body,
    from: attack.from,
    forwarded: [...own, ...(attack.arrives === undefined ? headers : fillAll(attack.arrives))],
  }
}

/** What policy saw is what upstream got: the same target byte for byte, and no header but those foreseen. */
function expectArrival(
  arrival: Arrival,
  installation: Installation,
  attack: AttackCase,
  way: Way,
  sent: Prepared,
): void {
  const where = `${attack.id} ${attack.name}, ${wayText(way)}`
  assert.equal(arrival.startLine, `${sent.method} ${sent.target} HTTP/1.1`, where)
  assert.equal(arrival.body, attack.body ?? '', where)
  assert.deepEqual(arrival.trailers, [], where)
  const got = arrival.headers.map(([name, value]) => `${name}: ${value}`)
  const id = got.findIndex((line) => /^x-request-id: [\w-]{16,40}$/.test(line))
  assert.ok(id >= 0, `${where}: ${got}`)
  got.splice(id, 1)
  const client = attack.client ?? (way.address === '::1' ? '::1' : (sent.from ?? '127.0.0.1'))
  const expected = [
    ...sent.forwarded,
    ...(attack.cookie === undefined ? [] : [['cookie', attack.cookie] as const]),
    ...gateHeaders(hostOf(way.site), installation.gate.port, client),
    ...(way.protocol === 'WebSocket' ? HANDSHAKE : [['connection', 'keep-alive'] as const]),
  ].map(([name, value]) => `${name.toLowerCase()}: ${value}`)
  assert.deepEqual(got.toSorted(), expected.toSorted(), where)
}

/** What only the gate says. */
function gateHeaders(host: string, port: number, client: string): HeaderLines {
  return [
    ['host', `${host}:${port}`],
    ['x-forwarded-for', client],
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-host', `${host}:${port}`],
    ['x-forwarded-port', String(port)],
    ['x-real-ip', client],
  ]
}
