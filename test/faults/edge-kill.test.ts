import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startUp } from '../helpers/gate.ts'
import { edgesOf } from '../helpers/processes.ts'
import { ask, calm, configuration, load, until } from './support.ts'
import { startUpstream } from './upstream.ts'

const CONNECTIONS = 12

test('an edge is killed under load: the other goes on, and it is back within a second', {
  timeout: 120_000,
}, async (t) => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin))
  const supervisor = gate.process.pid!
  await calm(gate)
  const back: number[] = []
  for (let round = 0; round < 4; round++) {
    await using under = load(gate, CONNECTIONS)
    await until('load', 10_000, () => under.met.answered > 200)
    const before = edgesOf(supervisor)
    assert.equal(before.length, 2)
    const [victim, survivor] = round % 2 === 0 ? [before[0]!, before[1]!] : [before[1]!, before[0]!]
    const answered = under.met.answered
    process.kill(victim, 'SIGKILL')
    const killed = Date.now()
    await until('a new edge', 5_000, () => edgesOf(supervisor).find((pid) => !before.includes(pid)))
    back.push(Date.now() - killed)
    await until('the other goes on', 5_000, () => under.met.answered > answered + 100)
    await sleep(200)
    const { failures } = await under.stop()
    assert.ok(edgesOf(supervisor).includes(survivor), 'the other edge ended too')
    // A connection carries one request at a time, so no more than there are connections can be under way in one edge.
    assert.ok(failures.length <= CONNECTIONS, `${failures.length} requests failed: ${failures[0]?.what}`)
    assert.deepEqual(
      failures.filter(({ at }) => at > killed + 500),
      [],
      'requests failed after the edge was gone',
    )
    await until(
      'both edges answer',
      20_000,
      async () => (await ask(gate)).status === 200 && edgesOf(supervisor).length === 2,
    )
    t.diagnostic(
      `killed under load: ${failures.length} of ${CONNECTIONS} connections lost their request; new process after ${back.at(-1)} ms`,
    )
  }
  assert.ok(Math.min(...back) < 1_000, `a new process came after ${back.join(', ')} ms`)
  assert.ok(back.filter((ms) => ms < 1_000).length >= back.length - 1, `a new process came after ${back.join(', ')} ms`)
})
