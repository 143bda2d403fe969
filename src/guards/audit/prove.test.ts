import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parsePolicy } from '../../cli/load-policy.ts'
import { listSegments } from './files.ts'
import { createInspect } from './prove.ts'
import { auditScene, type Scene, someBatches } from './scene.ts'

const DAY = 86_400_000
const SEGMENT = { segmentBytes: 3_000 }

/** A log of several closed files and the proof that looks at it. `day` is how many days the process runs. */
async function watched(t: TestContext, checkpointTo?: string) {
  const scene = await auditScene(t)
  const time = { day: 0 }
  const inspect = createInspect(() => time.day * DAY)
  const target = checkpointTo === undefined ? '' : `audit: { checkpoint-to: '${checkpointTo}' }`
  const policy = parsePolicy(
    `
portal: https://auth.example.org
${target}
sites: [{ host: app.example.org, routes: [{ path: /, upstream: 'http://127.0.0.1:1' }] }]
`,
    'castellan.yaml',
  )
  const options = { ...SEGMENT, ...(checkpointTo === undefined ? {} : { checkpointTo }) }
  const write = (count: number) => scene.write(someBatches(count, 2), options)
  /** As a run of proofs does; a damaged log would take no entry. */
  const look = async ({ writing = true } = {}) => {
    const entry = writing ? randomUUID() : ''
    if (writing) await scene.write([[{ id: entry, event: 'proofs.begun' }]], options)
    const [tree, rollback] = await inspect({ policy, audit: { folder: scene.folder, entry } })
    return { tree: tree!, rollback: rollback! }
  }
  await write(40)
  return { scene, time, write, look }
}

/** Changes one letter of an entry in a closed file; size and time of modification stay. */
async function falsify({ folder }: Scene): Promise<void> {
  const path = join(folder, (await listSegments(folder))[1]!.name)
  const { atime, mtime } = await stat(path)
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('"actor":"u_1"', '"actor":"u_2"'))
  await utimes(path, atime, mtime)
}

test('reads all files at first, then only those that are new, and all again after a day', async (t) => {
  const { scene, time, write, look } = await watched(t)
  const first = await look()
  assert.equal(first.tree.holds, true)
  assert.match(first.tree.observed, /all verified: all files were read/)
  await write(10)
  const second = await look()
  const all = (await listSegments(scene.folder)).length
  assert.equal(second.tree.holds, true)
  const [, read] = /: (\d+) of \d+ files were read, the others/.exec(second.tree.observed)!
  assert.ok(Number(read) >= 1 && Number(read) <= all / 2, second.tree.observed)
  time.day = 0.9
  assert.match((await look()).tree.observed, /of \d+ files were read/)
  time.day = 1
  assert.match((await look()).tree.observed, /all files were read/)
  assert.match((await look()).tree.observed, /of \d+ files were read/)
})

test('finds at once that an old entry was changed, though the time of modification was put back', async (t) => {
  const { scene, look } = await watched(t)
  await look()
  assert.equal((await look()).tree.holds, true)
  await falsify(scene)
  for (let runs = 0; runs < 2; runs += 1) {
    const { tree } = await look()
    assert.equal(tree.holds, false)
    assert.match(tree.observed, /entry\.rewritten in entries-/)
  }
})

test('finds an old file that is gone, and goes on reading what is there', async (t) => {
  const { scene, look } = await watched(t)
  await look()
  await rm(join(scene.folder, (await listSegments(scene.folder))[1]!.name))
  assert.match((await look()).tree.observed, /segment\.missing/)
})

test('finds what is changed in the newest file', async (t) => {
  const { scene, write, look } = await watched(t)
  await look()
  await look()
  await write(6)
  await scene.edit((lines) => lines.map((line) => line.replace('"actor":"u_1"', '"actor":"u_2"')))
  assert.match((await look({ writing: false })).tree.observed, /entry\.rewritten/)
})

test('checkpoints on the file system of the log are no proof against a roll-back, and elsewhere they are', async (t) => {
  const memory = await mkdtemp('/dev/shm/castellan-elsewhere-')
  t.after(() => rm(memory, { recursive: true }))
  const elsewhere = await watched(t, join(memory, 'checkpoints.jsonl'))
  for (let runs = 0; runs < 2; runs += 1) {
    const { rollback } = await elsewhere.look()
    assert.deepEqual([rollback.holds, /a checkpoint of \d+ entries agrees/.test(rollback.observed)], [true, true])
  }
  const beside = await mkdtemp(join(elsewhere.scene.place, 'beside-'))
  const { look } = await watched(t, join(beside, 'checkpoints.jsonl'))
  const { rollback } = await look()
  assert.equal(rollback.holds, undefined)
  assert.match(rollback.observed, /same file system/)
})
