import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { foldersOf, lastPolicyFile } from '../../src/supervisor/folders.ts'
import { type Gate, startUp } from '../helpers/gate.ts'
import { edgesOf } from '../helpers/processes.ts'
import { ask, calm, configuration, pidOf, signIn, until } from './support.ts'
import { startUpstream } from './upstream.ts'

/** Kills every edge, and gives how long it took until a new one answered on the public path, ms. */
async function killEdges(gate: Gate): Promise<number> {
  for (const edge of edgesOf(gate.process.pid!)) process.kill(edge, 'SIGKILL')
  const killed = performance.now()
  await until('a public path is served', 10_000, async () => {
    const answer = await ask(gate, { limit: 300 }).catch(() => undefined)
    return answer?.status === 200
  })
  return performance.now() - killed
}

/** Control is killed and can't start again; what is given back lets it. */
function keepControlAway(gate: Gate): () => void {
  const database = join(gate.data, 'state', 'castellan.db')
  renameSync(database, `${database}.aside`)
  mkdirSync(database)
  process.kill(pidOf(gate, 'control/main')!, 'SIGKILL')
  return () => {
    rmdirSync(database)
    renameSync(`${database}.aside`, database)
  }
}

for (const [how, leave] of [
  ['was killed and does not come back', keepControlAway],
  [
    'stands still',
    (gate: Gate) => {
      const pid = pidOf(gate, 'control/main')!
      process.kill(pid, 'SIGSTOP')
      return () => void process.kill(pid, 'SIGCONT')
    },
  ],
] as const) {
  test(`control ${how}: an edge that starts then serves public paths at once, and lets nobody else in`, {
    timeout: 120_000,
  }, async (t) => {
    await using upstream = await startUpstream()
    // One edge, so that no other takes the connections.
    await using gate = await startUp(configuration(upstream.origin).replace('edges: 2', 'edges: 1'))
    const cookie = await signIn(gate)
    const mine = () => ask(gate, { path: '/mine', headers: { cookie, accept: 'text/html' } })
    assert.equal((await mine()).status, 200)
    await calm(gate, 1)
    const usual = await killEdges(gate)
    await until('the session is known again', 20_000, async () => (await mine()).status === 200)

    const comeBack = leave(gate)
    const times: number[] = []
    for (let round = 0; round < 3; round++) {
      await sleep(1_500) // between two starts of control, which would take the time of a small host
      times.push(await killEdges(gate))
    }
    const told = times.map((ms) => ms.toFixed(0)).join(', ')
    t.diagnostic(`a public path was served ${told} ms after the edge was killed; with control ${usual.toFixed(0)} ms`)
    // Most of it is the start of a process, which takes what the host gives it.
    assert.ok(Math.min(...times) < Math.max(1_000, usual + 500), `${told} ms; with control ${usual} ms`)

    const away = await mine()
    assert.equal(away.status, 503)
    assert.match(away.body, /Nobody can sign in just now/)
    assert.equal(away.headers['retry-after'], '1')
    const publicToo = await ask(gate, { headers: { cookie } })
    assert.equal(publicToo.status, 200, 'a public path is refused to those who are signed in')
    assert.equal((await ask(gate, { path: '/mine' })).status, 401, 'a stranger is led elsewhere than to sign in')

    comeBack()
    await until('the session is known again', 20_000, async () => (await mine()).status === 200)
  })
}

test('a policy that control did not sign, or that was changed, is not served by', { timeout: 120_000 }, async () => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin))
  await calm(gate)
  const file = lastPolicyFile(foldersOf(gate.data))
  const signed = readFileSync(file, 'utf8')
  assert.ok(signed.includes('"signed-in"'))
  assert.equal(
    statSync(join(file, '..')).mode & 0o007,
    0,
    'others than control and edges may read certificates with keys',
  )
  writeFileSync(file, signed.replaceAll('"signed-in"', '"public"'))

  const comeBack = keepControlAway(gate)
  for (const edge of edgesOf(gate.process.pid!)) process.kill(edge, 'SIGKILL')
  await until('new edges', 10_000, () => edgesOf(gate.process.pid!).length === 2)
  await sleep(1_500)
  await assert.rejects(ask(gate, { path: '/mine', limit: 300 }), 'it was served')
  comeBack()
  await until('control is back', 20_000, () =>
    ask(gate, { limit: 1_000 }).then(
      ({ status }) => status === 200,
      () => false,
    ),
  )
  assert.equal((await ask(gate, { path: '/mine' })).status, 401)
})

test('after a reload the new rules are the last ones; a refused reload leaves the old', {
  timeout: 120_000,
}, async () => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin))
  await calm(gate)
  const text = readFileSync(gate.file, 'utf8')
  writeFileSync(gate.file, text.replace('path: /mine, allow: signed-in', 'path: /closed, allow: nobody'))
  const reloaded = await gate.cli(['reload'])
  assert.equal(reloaded.code, 0, reloaded.stderr)
  writeFileSync(gate.file, text.replace('allow: public', 'allow: everybody'))
  assert.equal((await gate.cli(['reload'])).code, 1)
  writeFileSync(gate.file, text)

  keepControlAway(gate)
  await killEdges(gate)
  assert.equal((await ask(gate, { path: '/closed' })).status, 403)
  assert.equal((await ask(gate, { path: '/mine' })).status, 200)
})
