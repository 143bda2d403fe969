import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../helpers/gate.ts'
import { edgesOf } from '../helpers/processes.ts'
import { type Answer, ask, configuration, until } from './support.ts'

const bin = fileURLToPath(new URL('../../bin/castellan', import.meta.url))
const script = fileURLToPath(new URL('./vanishing-app.ts', import.meta.url))
/** Its own mount namespace has its own /etc/hosts, as a container has its own resolver. */
const IN_NAMESPACE = 'mount --bind "$1" /etc/hosts && shift && exec "$@"'
/** `timeout` of the route, ms, and what it may be late by: timers of undici tick every half second. */
const TIMEOUT = 2_000
const LATE = 1_500

const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' })

interface Container extends AsyncDisposable {
  /** Its first address and the one that it moves to. */
  readonly addresses: readonly [string, string]
  readonly port: number
  /** Packets to the first address are swallowed, as those to a host that lost its power. */
  vanish(): void
}

/** An application in a network namespace, behind a pair of virtual interfaces. */
async function startContainer(): Promise<Container> {
  const id = process.pid % 65_536
  const [space, outside, inside] = [`cst${id}`, `cst${id}o`, `cst${id}i`]
  const net = `10.${200 + ((id >> 8) % 50)}.${id & 255}`
  const addresses = [`${net}.2`, `${net}.3`] as const
  const within = ['-n', space] as const
  ip('netns', 'add', space)
  ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', space)
  ip('addr', 'add', `${net}.1/24`, 'dev', outside)
  ip('link', 'set', outside, 'up')
  // Of two networks: with one, the second address would go with the first.
  ip(...within, 'addr', 'add', `${addresses[0]}/24`, 'dev', inside)
  ip(...within, 'addr', 'add', `${addresses[1]}/25`, 'dev', inside)
  ip(...within, 'link', 'set', inside, 'up')
  const mac = /link\/ether (\S+)/.exec(ip(...within, 'link', 'show', inside))![1]!
  // Else the kernel would find out that nobody answers, and say so.
  for (const address of addresses) ip('neigh', 'replace', address, 'lladdr', mac, 'dev', outside, 'nud', 'permanent')
  const app = spawn('ip', ['netns', 'exec', space, process.execPath, script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: app.stdout }), 'line')) as [string]
  return {
    addresses,
    port: Number(line),
    vanish: () => void ip(...within, 'addr', 'del', `${addresses[0]}/24`, 'dev', inside),
    async [Symbol.asyncDispose]() {
      app.kill('SIGKILL')
      await once(app, 'exit')
      ip('link', 'del', outside)
      ip('netns', 'del', space)
    },
  }
}

/** The answer, or why there was none, and how long that took. */
async function timed(asking: Promise<Answer>): Promise<{ outcome: string; ms: number }> {
  const began = performance.now()
  const outcome = await asking.then(
    ({ status, body }) => (status === 200 ? body : String(status)),
    (error: Error) => error.message,
  )
  return { outcome, ms: performance.now() - began }
}

function handlesOf(supervisor: number): number {
  return edgesOf(supervisor).reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0)
}

test('an application that vanishes without a word is given up in time, and found again at another address', {
  timeout: 90_000,
}, async (t) => {
  assert.equal(process.getuid?.(), 0, 'this test makes network and mount namespaces: run it as root')
  await using container = await startContainer()
  const [first, second] = container.addresses
  const folder = mkdtempSync(join(tmpdir(), 'castellan-'))
  const hosts = join(folder, 'hosts')
  const moveTo = (address: string) => writeFileSync(hosts, `127.0.0.1 localhost\n${address} app.example.org\n`)
  moveTo(first)
  const port = await freePort()
  const file = join(folder, 'castellan.yaml')
  const yaml = configuration(`http://app.example.org:${container.port}`, { route: `, timeout: ${TIMEOUT}ms` })
  writeFileSync(file, yaml.replaceAll('PORT', String(port)))
  const up = [bin, 'up', '-c', file, '--data', folder, '--json']
  const child = spawn('unshare', ['-m', 'sh', '-c', IN_NAMESPACE, 'sh', hosts, ...up], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const many = (count: number, question: Parameters<typeof ask>[1]) =>
    Promise.all(Array.from({ length: count }, () => timed(ask({ port }, question))))
  try {
    const [ready] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    assert.match(ready, /"ready"/)
    assert.deepEqual(new Set((await many(20, {})).map(({ outcome }) => outcome)), new Set([first]))
    await until('the proofs of the start are over', 20_000, () => edgesOf(child.pid!).length === 2)
    await sleep(5_000) // the pool lets idle connections go after 4 s
    const before = handlesOf(child.pid!)

    // Some are under way, before and after the head of the answer, and some connections are kept alive.
    const midway = many(5, { path: '/slow-body', limit: 3 * TIMEOUT })
    const waiting = many(5, { path: '/slow-head' })
    await many(10, {})
    await until('the answers have begun', 2_000, async () => (await ask({ port }, { path: '/begun' })).body === '10')
    container.vanish()
    const reused = many(10, {})
    const uploads = many(3, { method: 'POST', body: Buffer.alloc(200_000, 'x') })
    for (const [what, answers] of Object.entries({ waiting, reused, uploads })) {
      for (const { outcome, ms } of await answers) {
        assert.equal(outcome, '504', what)
        assert.ok(ms < TIMEOUT + LATE, `${what}: ${ms} ms`)
      }
    }
    // An answer that pauses may be a stream of events: the client decides how long it waits.
    for (const { outcome } of await midway) assert.match(outcome, /silent for|aborted/)
    for (const { outcome, ms } of await many(10, {})) {
      assert.equal(outcome, '504', 'new connections')
      assert.ok(ms < TIMEOUT + LATE, `new connections: ${ms} ms`)
    }

    moveTo(second)
    const began = performance.now()
    await until('the new address', 8_000, async () => (await ask({ port })).body === second)
    t.diagnostic(`found at its new address after ${(performance.now() - began).toFixed(0)} ms`)
    assert.deepEqual(new Set((await many(20, {})).map(({ outcome }) => outcome)), new Set([second]))
    await until('everything is given back', 20_000, () => handlesOf(child.pid!) <= before + 4)
  } finally {
    child.kill('SIGTERM')
    await until('the end', 20_000, () => child.exitCode !== null)
    rmSync(folder, { recursive: true, force: true })
  }
})
