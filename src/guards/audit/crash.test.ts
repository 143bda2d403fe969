import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { witnessFile } from './files.ts'
import { auditScene, type Scene, someBatches } from './scene.ts'
import { verifyAudit } from './verify.ts'

const kills = 20
const child = join(import.meta.dirname, 'crash.child.ts')

/** Lets a process append, kills it at a random moment, and gives back what it was told is on disk. */
async function appendUntilKilled(t: TestContext, scene: Scene, word: string): Promise<string[]> {
  const files = [scene.folder, join(scene.place, 'key.pem'), join(scene.place, 'subjects.db'), word]
  const writer = spawn(process.execPath, [child, ...files], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => writer.kill('SIGKILL'))
  let output = ''
  writer.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  await Promise.race([once(writer.stdout, 'data'), once(writer, 'exit')])
  await delay(Math.random() * 150)
  writer.kill('SIGKILL')
  await once(writer, 'close')
  return output.split('\n').slice(0, -1)
}

test('opens after a batch was cut short, tried at every eleventh of its bytes, with all that was there before', async (t) => {
  const scene = await auditScene(t)
  await scene.write(someBatches(3))
  const segment = join(scene.folder, 'entries-000000000000.jsonl')
  const before = await stat(segment)
  // The witness as it was: it is written after the batch, so that a batch that was cut is not in it.
  const witness = await readFile(join(scene.folder, witnessFile))
  await scene.write(someBatches(4, 4))
  const whole = await readFile(segment)
  const cuts = Array.from({ length: whole.length - before.size }, (_, at) => before.size + at).filter(
    (at) => at % 11 === 0,
  )
  for (const cut of cuts) {
    await writeFile(segment, whole.subarray(0, cut))
    await writeFile(join(scene.folder, witnessFile), witness)
    await scene.write(someBatches(1))
    const entries = await scene.read()
    const expected = cut === before.size ? [] : ['audit.tail-dropped']
    assert.deepEqual(
      entries.map((entry) => entry.event),
      ['audit.begun', 'user.added', 'user.added', 'user.added', ...expected, 'user.added'],
    )
    assert.equal((await verifyAudit({ folder: scene.folder })).state, 'unknown')
  }
  t.diagnostic(`${cuts.length} cuts`)
})

test(`loses nothing that was acknowledged, and still verifies, through ${kills} times kill -9`, async (t) => {
  const scene = await auditScene(t)
  await writeFile(join(scene.place, 'key.pem'), scene.signingKey.export({ type: 'pkcs8', format: 'pem' }))
  const acknowledged = new Map<string, string>()
  for (let run = 0; run < kills; run += 1) {
    const lines = await appendUntilKilled(t, scene, `run${run}`)
    assert.ok(lines.length > 0, 'the process was killed before it did anything')
    for (const line of lines) acknowledged.set(line.split(' ')[0]!, line.split(' ')[1]!)
    const found = new Map((await scene.read()).map((entry) => [`${entry.index}`, entry.id]))
    for (const [index, id] of acknowledged) assert.equal(found.get(index), id)
    const { state, findings } = await verifyAudit({ folder: scene.folder })
    assert.equal(state, 'unknown', JSON.stringify(findings))
  }
  const entries = await scene.read({ decrypt: scene.keys })
  const known = entries.filter((entry) => entry.event === 'crash.test')
  assert.equal(new Set(known.map((entry) => entry.id)).size, known.length)
  assert.ok(known.every((entry) => entry.personal?.[0]?.fields !== undefined))
  const dropped = entries.filter((entry) => entry.event === 'audit.tail-dropped').length
  t.diagnostic(
    `${kills} kills, ${acknowledged.size} entries acknowledged, none missing; ${dropped} unfinished tails dropped`,
  )
})
