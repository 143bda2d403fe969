import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { hostOf, type Installation, startInstallation } from '../helpers/installation.ts'
import { edgesOf, processesOf } from '../helpers/processes.ts'
import { startSplitter } from '../helpers/split-hello.ts'
import { failOpen } from './cases/fail-open.ts'
import { runTable } from './table.ts'
import { type Outcome, PROTOCOLS, send, type Way } from './ways.ts'

let installation: Installation
before(async () => {
  installation = await startInstallation()
})
after(() => installation[Symbol.asyncDispose]())

test('C: nothing that fails opens anything', { timeout: 120_000 }, async (t) => {
  await runTable(t, installation, failOpen)
})

const H1: Way = { protocol: 'HTTP/1.1', address: '127.0.0.1', site: 'app' }

interface Asked {
  readonly as?: 'member' | 'admin'
  readonly way?: Way
  readonly port?: number
  readonly token?: string
}

function ask(target: string, { as, way = H1, port = installation.gate.port, token }: Asked = {}): Promise<Outcome> {
  const { gate, cookie, origin } = installation
  const session = token ?? (as === undefined ? '' : cookie(as, way.site))
  const headers: [string, string][] =
    session === ''
      ? []
      : [
          ['cookie', session],
          ['origin', origin(way.site)],
        ]
  return send(way, port, {
    method: 'GET',
    target,
    authority: `${hostOf(way.site)}:${gate.port}`,
    serverName: hostOf(way.site),
    headers,
  })
}

test('C5: a ClientHello in pieces is read to its server name, and judged by it', { timeout: 60_000 }, async () => {
  for (const [cut, size] of [
    ['segments', 1],
    ['segments', 7],
    ['records', 16],
    ['records', 100],
  ] as const) {
    await using splitter = await startSplitter(installation.gate.port, cut, size)
    for (const protocol of PROTOCOLS) {
      const way = { ...H1, protocol }
      const at = { way, port: splitter.port }
      assert.equal((await ask('/open', at)).verdict, 'passed', `${cut} ${size} ${protocol}`)
      assert.equal((await ask('/secret', at)).verdict, '403 access.nobody', `${cut} ${size} ${protocol}`)
    }
  }
  await installation.expectUnharmed()
})

test('C3: while control stands still, known sessions go on and nobody new gets in', { timeout: 60_000 }, async () => {
  const { gate, upstream } = installation
  const control = processesOf(gate.process.pid!).find(({ role }) => role === 'control/main')!.pid
  process.kill(control, 'SIGSTOP')
  try {
    for (const protocol of PROTOCOLS) {
      const way = { ...H1, protocol }
      assert.equal((await ask('/mine', { as: 'member', way })).verdict, 'passed', protocol)
      assert.equal((await ask('/mine', { way })).verdict, '401 access.sign-in', protocol)
      assert.equal((await ask('/admin', { as: 'member', way })).verdict, '403 access.role', protocol)
      assert.equal((await ask('/secret', { as: 'admin', way })).verdict, '403 access.nobody', protocol)
    }
    const before = upstream.arrivals.length
    const callback = `/.castellan/callback?code=${'A'.repeat(43)}&state=${'B'.repeat(43)}`
    const offered = await ask(callback, { token: `__Host-Http-castellan-pre=${'C'.repeat(43)}` })
    assert.notEqual(offered.verdict, 'passed')
    assert.equal(upstream.arrivals.length, before)
  } finally {
    process.kill(control, 'SIGCONT')
  }
  assert.equal((await ask('/mine', { as: 'member' })).verdict, 'passed')
})

test('C7: no reload opens a window, and a bad file leaves the old rules', { timeout: 60_000 }, async () => {
  const { gate } = installation
  const good = readFileSync(gate.file, 'utf8')
  let asked = 0
  let done = false
  const hammer = async (target: string, verdict: RegExp) => {
    while (!done) {
      assert.match((await ask(target)).verdict, verdict)
      asked += 1
    }
  }
  const running = [hammer('/secret', /^403 access\.(nobody|no-rule)$/), hammer('/admin', /^401 access\.sign-in$/)]
  const broken = [
    '',
    '}',
    good.replace('allow: nobody', 'allow: everybody'),
    `${good}\nsurprise: 1\n`,
    good.replaceAll('access:', 'acces:'),
  ]
  for (const text of broken) {
    writeFileSync(gate.file, text)
    const { code, stderr } = await gate.cli(['reload'])
    assert.equal(code, 1, text.slice(0, 80))
    assert.notEqual(stderr, '')
    assert.equal((await ask('/open')).verdict, 'passed')
  }
  for (let round = 0; round < 6; round++) {
    writeFileSync(gate.file, round % 2 === 0 ? good.replaceAll(/\n.*path: \/secret.*/g, '') : good)
    const { code, stderr } = await gate.cli(['reload'])
    assert.equal(code, 0, stderr)
  }
  done = true
  await Promise.all(running)
  assert.ok(asked > 50, `${asked} requests during the reloads`)
})

test('C8: an edge that lost its counters is restarted with its limits', { timeout: 60_000 }, async () => {
  const { gate } = installation
  const text = readFileSync(gate.file, 'utf8').replaceAll('rate: 100000/s, burst: 100000', 'rate: 1/m, burst: 9')
  writeFileSync(gate.file, text)
  assert.equal((await gate.cli(['reload'])).code, 0)
  const burst = async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, () => ask('/open').catch(() => ({ verdict: 'cut off', body: '' }))),
    )
    return outcomes.filter(({ verdict }) => verdict === 'passed').length
  }
  const first = await burst()
  assert.ok(first >= 9 && first <= 11, `${first} of 60 passed with a burst of 9`)
  process.kill(installation.edges[0]!, 'SIGKILL')
  for (let i = 0; i < 100 && edgesOf(gate.process.pid!).length < 2; i++) await sleep(50)
  await sleep(500)
  const second = await burst()
  assert.ok(second <= 11, `${second} of 60 passed after an edge was killed`)
})
