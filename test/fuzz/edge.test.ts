import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { owned } from '../../src/guards/client-address/owned.ts'
import { createHeaderReader } from '../../src/kernel/request-headers.ts'
import { fieldsOf, judge, requestText } from '../attack/ways.ts'
import type { Arrival } from '../helpers/echo-upstream.ts'
import { H2Connection } from '../helpers/h2-client.ts'
import { header } from '../helpers/http1-messages.ts'
import { hostOf, type Installation, startInstallation } from '../helpers/installation.ts'
import { sendRaw } from '../helpers/raw-client.ts'
import { type Generated, requests } from './requests.ts'

/** Seconds for each property; FUZZ_SECONDS gives them more. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 7)

let installation: Installation
before(async () => {
  installation = await startInstallation({ top: 'timeouts: { headers: 1s, body: 1s, idle: 3s }' })
})
after(() => installation[Symbol.asyncDispose]())

const host = hostOf('shop')
const peer = () => ({ port: installation.gate.port, serverName: host })
const authority = () => `${host}:${installation.gate.port}`

let last = 0
const tally = { sent: 0, passed: 0 }

const ways: Readonly<Record<string, (request: Generated, marker: string) => Promise<string>>> = {
  async 'HTTP/1.1'(request, marker) {
    const { method, target, body, headers } = request
    const length: [string, string][] = body === undefined ? [] : [['Content-Length', String(body.length)]]
    const text = requestText({
      method,
      target,
      authority: authority(),
      headers: [['x-marker', marker], ...length, ...headers],
      body,
    })
    const { answers, closed } = await sendRaw(peer(), text, { limit: 2_500, headOnly: method === 'HEAD' })
    return judge(answers[0], closed).verdict
  },
  async 'HTTP/2'(request, marker) {
    const connection = await H2Connection.open(peer())
    const { method, target, headers, body } = request
    connection.request(
      1,
      fieldsOf({ method, target, authority: authority(), headers: [['x-marker', marker], ...headers] }),
      body,
    )
    const { status, reset, closed } = await connection.answer(1, 2_500)
    connection.close()
    return status === 0 ? (reset !== undefined || closed ? 'closed' : 'silence') : String(status)
  },
}

for (const [protocol, send] of Object.entries(ways)) {
  test(`over ${protocol}, no request harms an edge, and what policy saw is what upstream got`, {
    timeout: 60_000,
  }, async (t) => {
    tally.sent = tally.passed = 0
    const property = fc.asyncProperty(requests, async (request) => {
      const marker = `z${++last}`
      const verdict = await send(request, marker)
      tally.sent += 1
      assert.match(verdict, /^(passed|closed|(?!500)[2345]\d\d( [a-z-]+\.[a-zA-Z-]+)?)$/, JSON.stringify(request))
      for (const arrival of installation.upstream.arrivals.splice(0)) {
        tally.passed += 1
        expectFaithful(arrival, request, marker)
      }
    })
    await fc.assert(property, {
      numRuns: 100_000,
      interruptAfterTimeLimit: SECONDS * 1_000,
      markInterruptAsFailure: false,
      endOnFailure: false,
    })
    await installation.expectUnharmed()
    assert.deepEqual(installation.upstream.leftovers(), [])
    assert.ok(tally.passed > 20, `only ${tally.passed} requests passed`)
    t.diagnostic(`${tally.sent} requests, ${tally.passed} reached the upstream`)
  })
}

const reader = createHeaderReader(owned)
const GATE = [
  'host',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-real-ip',
  'x-request-id',
]

/** It is the request that was sent and no other, no rule was passed by, and nothing that only the gate may say was said by the client. */
function expectFaithful(arrival: Arrival, request: Generated, marker: string): void {
  const where = `${JSON.stringify(request)}\n${arrival.raw}`
  assert.equal(arrival.marker, marker, where)
  assert.equal(arrival.method, request.method, where)
  // Whitespace around the target is the request line's, not the target's.
  assert.equal(arrival.target, request.target.replace(/^[ \t]+|[ \t]+$/g, ''), where)
  assert.ok(!isClosed(arrival.target), where)
  assert.notEqual(arrival.method, 'DELETE', where)
  const names = arrival.headers.map(([name]) => name.toLowerCase())
  const expected = new Map([
    ['host', authority()],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-host', authority()],
    ['x-forwarded-port', String(installation.gate.port)],
    ['x-real-ip', '127.0.0.1'],
  ])
  for (const own of GATE) {
    const values = arrival.headers
      .filter(([name]) => name.toLowerCase().replaceAll('_', '-') === own)
      .map(([, value]) => value)
    assert.equal(values.length, 1, `${own}: ${values}\n${where}`)
    if (expected.has(own)) assert.equal(values[0], expected.get(own), where)
  }
  const foreign = names.filter((name) => !GATE.includes(name) && reader([name, 'x']).forward.length === 0)
  assert.deepEqual(
    foreign.filter((name) => !['connection', 'cookie', 'transfer-encoding'].includes(name)),
    [],
    where,
  )
  assert.ok(!names.includes('upgrade') || names.includes('sec-websocket-key'), where)
  assert.doesNotMatch(header(arrival, 'cookie') ?? '', /__Host-Http-castellan/, where)
}

/** Whether any program could read this target as a path below /admin: written without regard for the gate's own code. */
function isClosed(target: string): boolean {
  let path = target
  for (let round = 0; round < 3; round++) {
    for (const text of [path, path.replace(/;[^/]*/g, ''), path.replace(/[?#].*$/s, '')]) {
      const segments: string[] = []
      for (const segment of text.replaceAll('\\', '/').split('/')) {
        if (segment === '..') segments.pop()
        else if (segment !== '' && segment !== '.')
          segments.push(
            segment
              .toLowerCase()
              .replace(/;.*$/s, '')
              .replace(/[?#].*$/s, ''),
          )
      }
      if (segments[0] === 'admin') return true
    }
    const cut = round === 0 ? path.replace(/[?#].*$/s, '') : path
    try {
      path = decodeURIComponent(cut)
    } catch {
      path = cut.replace(/%[0-7][0-9a-f]/gi, (encoded) => decodeURIComponent(encoded))
    }
  }
  return false
}
