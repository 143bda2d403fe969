import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openSubjectKeys } from './subject-keys.ts'

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'castellan-keys-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

async function allBytes(folder: string): Promise<Buffer> {
  const names = await readdir(folder)
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))))
}

test('gives a subject the same key again, and every subject another, also after a restart', async (t) => {
  const folder = await temporaryFolder(t)
  const first = await openSubjectKeys(join(folder, 'subjects.db'))
  const made = await first.create(['ann', 'bob', 'ann'])
  await first.close()
  const second = await openSubjectKeys(join(folder, 'subjects.db'))
  t.after(() => second.close())
  assert.deepEqual([...made.keys()].sort(), ['ann', 'bob'])
  assert.equal(made.get('ann')?.length, 32)
  assert.notDeepEqual(made.get('ann'), made.get('bob'))
  assert.deepEqual(await second.get('ann'), made.get('ann'))
  assert.deepEqual((await second.create(['ann'])).get('ann'), made.get('ann'))
  assert.equal(await second.get('eve'), undefined)
})

test('leaves no byte of an erased key in any file, and every other key where it was', async (t) => {
  const folder = await temporaryFolder(t)
  const keys = await openSubjectKeys(join(folder, 'subjects.db'))
  t.after(() => keys.close())
  const kept = new Map<string, Buffer>()
  const erased = new Map<string, Buffer>()
  // In random order and of random length, so that pages of the database are split, joined and moved.
  for (let round = 0; round < 60; round += 1) {
    const names = Array.from({ length: 20 }, () => `${Math.random()}`.padEnd(Math.random() * 200, 'x'))
    for (const [subject, key] of await keys.create(names)) kept.set(subject, key)
    const going = [...kept.keys()].filter(() => Math.random() < 0.2)
    await keys.erase(going)
    for (const subject of going) {
      erased.set(subject, kept.get(subject)!)
      kept.delete(subject)
    }
  }
  const bytes = await allBytes(folder)
  const found = (of: Map<string, Buffer>): number => [...of.values()].filter((key) => bytes.includes(key)).length
  t.diagnostic(`${erased.size} keys erased, ${kept.size} kept`)
  assert.ok(erased.size > 100)
  assert.equal(found(erased), 0)
  assert.equal(found(kept), kept.size)
})

test('never gives an erased subject a key again', async (t) => {
  const folder = await temporaryFolder(t)
  const keys = await openSubjectKeys(join(folder, 'subjects.db'))
  t.after(() => keys.close())
  await keys.create(['ann', 'bob'])
  await keys.erase(['ann', 'never seen'])
  await keys.erase(['ann'])
  assert.equal(await keys.get('ann'), undefined)
  assert.deepEqual([...(await keys.create(['ann', 'bob', 'never seen'])).keys()], ['bob'])
})

test('can be read by nobody but its owner', async (t) => {
  const folder = await temporaryFolder(t)
  const keys = await openSubjectKeys(join(folder, 'subjects.db'))
  t.after(() => keys.close())
  await keys.create(['ann'])
  assert.equal((await stat(join(folder, 'subjects.db'))).mode & 0o077, 0)
})
