import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort, runCastellan, startUp } from '../helpers/gate.ts'
import { processesOf } from '../helpers/processes.ts'
import { ask, childrenOf, configuration, pidOf, until } from './support.ts'
import { startUpstream } from './upstream.ts'

/** Every process of an installation, its helpers too. */
function familyOf(supervisor: number): number[] {
  const tree = [supervisor]
  for (const pid of tree) tree.push(...childrenOf(pid))
  return tree
}

function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test('when the supervisor is killed every other process ends, and the port is free', { timeout: 60_000 }, async (t) => {
  await using upstream = await startUpstream()
  const gate = await startUp(configuration(upstream.origin))
  assert.equal((await ask(gate)).status, 200)
  const family = familyOf(gate.process.pid!)
  assert.ok(family.length >= 5, `only ${family.length} processes`)
  process.kill(gate.process.pid!, 'SIGKILL')
  await until('every process has ended', 15_000, () => family.every((pid) => !lives(pid)))
  const refused = await new Promise<boolean>((resolve) => {
    const socket = connect(gate.port, '127.0.0.1', () => resolve(false)).on('error', () => resolve(true))
    socket.once('close', () => socket.destroy())
  })
  assert.ok(refused, 'somebody still accepts')
  await using again = await startUp(configuration(upstream.origin), gate.data)
  assert.equal((await ask(again)).status, 200)
  t.diagnostic(`${family.length} processes ended by themselves; a start on the same data folder serves`)
})

test('SIGTERM lets requests under way end, and the exit code is 0', { timeout: 60_000 }, async (t) => {
  await using upstream = await startUpstream()
  const gate = await startUp(configuration(upstream.origin))
  const slow = Array.from({ length: 5 }, () => ask(gate, { path: '/slow?ms=2000' }))
  const upload = startUpload(gate.port)
  await sleep(500)
  const began = Date.now()
  const closed = gate.close()
  await sleep(200)
  await assert.rejects(ask(gate, { limit: 2_000 }), 'a new connection was served while draining')
  upload.finish()
  for (const { status, body } of await Promise.all(slow)) assert.deepEqual([status, body], [200, 'first last'])
  assert.deepEqual(await upload.answer, { status: 200, body: '2000000' })
  assert.equal(await closed, 0)
  t.diagnostic(`5 slow answers and an upload ended whole; exit code 0 after ${Date.now() - began} ms`)
})

/** An upload whose second half is sent when asked for. */
function startUpload(port: number) {
  const half = Buffer.alloc(1_000_000, 'x')
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>()
  const headers = { host: `app.localhost:${port}`, 'content-length': 2 * half.length }
  const outgoing = request({
    host: '127.0.0.1',
    port,
    servername: 'app.localhost',
    rejectUnauthorized: false,
    agent: false,
    method: 'POST',
    path: '/up',
    headers,
  })
  outgoing.on('error', reject).on('response', (response) => {
    let body = ''
    response.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    response.on('end', () => resolve({ status: response.statusCode!, body }))
  })
  outgoing.write(half)
  return { answer: promise, finish: () => void outgoing.end(half) }
}

test('a second start on a busy port says who holds it', { timeout: 60_000 }, async () => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin))
  const other = mkdtempSync(join(tmpdir(), 'castellan-'))
  const second = await runCastellan(['guard', upstream.origin, '--listen', `127.0.0.1:${gate.port}`, '--data', other])
  assert.notEqual(second.code, 0)
  assert.match(second.stderr, new RegExp(`127\\.0\\.0\\.1:${gate.port} is in use by .+ \\(process \\d+\\)`))
  const holders = [gate.process.pid!, ...processesOf(gate.process.pid!).map(({ pid }) => pid)]
  assert.ok(holders.includes(Number(/\(process (\d+)\)/.exec(second.stderr)![1])), second.stderr)
  const stranger = await runCastellan([
    'guard',
    upstream.origin,
    '--listen',
    `127.0.0.1:${upstream.port}`,
    '--data',
    other,
  ])
  assert.match(stranger.stderr, new RegExp(`\\(process ${process.pid}\\)`))
})

test('a second start on the same data folder is refused in words, and the first goes on', {
  timeout: 60_000,
}, async () => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin))
  const second = await runCastellan([
    'guard',
    upstream.origin,
    '--listen',
    `127.0.0.1:${await freePort()}`,
    '--data',
    gate.data,
  ])
  assert.notEqual(second.code, 0)
  assert.ok(second.stderr.includes(`runs already with the data folder ${gate.data}`), second.stderr)
  assert.equal((await ask(gate)).status, 200)
  assert.equal((await gate.cli(['user', 'list'])).code, 0)
})

test('two starts at the same moment on one data folder: one serves, the other says why not', {
  timeout: 60_000,
}, async () => {
  await using upstream = await startUpstream()
  const data = mkdtempSync(join(tmpdir(), 'castellan-'))
  const bin = fileURLToPath(new URL('../../bin/castellan', import.meta.url))
  const starts = await Promise.all(
    [await freePort(), await freePort()].map((port) => {
      const child = spawn(bin, ['guard', upstream.origin, '--listen', `127.0.0.1:${port}`, '--data', data, '--json'])
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString()
      })
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString()
      })
      return { child, ready: () => stdout.includes('"ready"'), said: () => stderr }
    }),
  )
  await until(
    'one serves and one has ended',
    40_000,
    () => starts.some(({ ready }) => ready()) && starts.some(({ child }) => child.exitCode !== null),
  )
  const loser = starts.find(({ child }) => child.exitCode !== null)!
  const winner = starts.find((start) => start !== loser)!
  assert.match(loser.said(), /runs already with the data folder/)
  assert.ok(winner.ready())
  winner.child.kill('SIGTERM')
  await until('the end', 20_000, () => winner.child.exitCode !== null)
  assert.equal(winner.child.exitCode, 0)
})

test('the log writer is killed: requests go on, it is started again, and lost lines are counted', {
  timeout: 90_000,
}, async (t) => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin))
  let asked = 0
  const askMany = async (count: number) => {
    for (let index = 0; index < count; index++) {
      assert.equal((await ask(gate, { path: `/counted-${asked++}` })).status, 200)
    }
  }
  for (let round = 0; round < 3; round++) {
    await askMany(40)
    const writer = await until('the log writer', 10_000, () => pidOf(gate, 'helpers/log/main'))
    // Stopped first: lines then wait in the socket, and are lost with the process.
    process.kill(writer, 'SIGSTOP')
    await askMany(40)
    await sleep(100)
    process.kill(writer, 'SIGKILL')
    await askMany(20)
    await until(
      'a new log writer',
      5_000,
      () => pidOf(gate, 'helpers/log/main') !== writer && pidOf(gate, 'helpers/log/main'),
    )
  }
  await askMany(20)
  assert.equal(await gate.close(), 0)
  const lines = readFileSync(join(gate.data, 'log', 'access.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  const written = new Set(lines.flatMap(({ target }) => (target?.startsWith('/counted-') ? [target] : []))).size
  const dropped = lines.reduce((sum, { event, count }) => sum + (event === 'log.dropped' ? count! : 0), 0)
  t.diagnostic(`${asked} requests, ${written} lines written, ${dropped} lines counted as dropped`)
  assert.ok(written < asked, 'nothing was lost: this test lost its point')
  // Proofs have lines too, which may be among the dropped.
  assert.ok(written + dropped >= asked, 'lines are missing that nobody counted')
  assert.ok(dropped <= 400, 'far more was counted than can have been lost')
})

interface Line {
  readonly target?: string
  readonly event?: string
  readonly count?: number
}
