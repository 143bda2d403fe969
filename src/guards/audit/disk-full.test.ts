import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { errorCode } from '../../kernel/errors.ts'
import { auditScene, type Scene, someBatches } from './scene.ts'
import { verifyAudit } from './verify.ts'

/** A scene with its log on a disk of 256 KiB; undefined, and a word why, when none can be mounted. */
async function smallScene(t: TestContext): Promise<Scene | undefined> {
  const disk = await mkdtemp(join(tmpdir(), 'castellan-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'pipe' })
  } catch (error) {
    t.diagnostic(`not tried: a small disk can't be mounted, which needs root (${String(error).split('\n')[0]})`)
    await rmdir(disk)
    return undefined
  }
  t.after(async () => {
    execFileSync('umount', ['-l', disk])
    await rmdir(disk)
  })
  return auditScene(t, disk)
}

for (const segmentBytes of [10_000, 4_000_000]) {
  test(`refuses entries on a full disk, spoils nothing, and goes on when there is room (segments of ${segmentBytes} bytes)`, async (t) => {
    const scene = await smallScene(t)
    if (scene === undefined) return
    const log = await scene.open({ segmentBytes })
    let acknowledged = 0
    let failure: unknown
    for (let at = 0; failure === undefined; at += 1) {
      await log.append(someBatches(1 + (at % 5), 5)[0]!).then(
        ({ entries }) => {
          acknowledged += entries.length
        },
        (error: unknown) => {
          failure = error
        },
      )
    }
    assert.equal(errorCode(failure), 'audit.disk-full')
    assert.equal(errorCode(log.status().failure), 'audit.disk-full')
    // Full for as long as it is full, and sound all the while.
    for (let at = 0; at < 20; at += 1) await assert.rejects(log.append(someBatches(200, 200)[0]!))
    const known = async () => (await scene.read()).filter((entry) => entry.event === 'user.added').length
    assert.equal(await known(), acknowledged)
    assert.deepEqual((await verifyAudit({ folder: scene.folder })).state, 'unknown')

    execFileSync('mount', ['-o', 'remount,size=1m', scene.folder])
    await log.append(someBatches(3, 3)[0]!)
    assert.equal(log.status().failure, undefined)
    assert.equal(await known(), acknowledged + 3)
    const note = (await scene.read()).find((entry) => entry.event === 'audit.write-failed')
    assert.ok(Number(note?.data?.entries) >= 4_000)
    await log.close()
    assert.equal((await verifyAudit({ folder: scene.folder })).state, 'unknown')
    t.diagnostic(`${acknowledged} entries acknowledged before the disk was full`)
  })
}

test('opens on a full disk, and says what there is to say when there is room again', async (t) => {
  const scene = await smallScene(t)
  if (scene === undefined) return
  await scene.write(someBatches(3))
  await writeFile(join(scene.folder, 'entries-000000000000.jsonl'), '{"index":4,"torn', { flag: 'a' })
  await writeFile(join(scene.folder, 'filler'), Buffer.alloc(300_000)).catch(() => {})
  const log = await scene.open()
  await assert.rejects(log.append(someBatches(200, 200)[0]!), (error) => errorCode(error) === 'audit.disk-full')
  await rm(join(scene.folder, 'filler'))
  await log.append(someBatches(1)[0]!)
  assert.ok((await scene.read()).some((entry) => entry.event === 'audit.tail-dropped'))
  assert.ok(!(await readdir(scene.folder)).some((name) => name.endsWith('.new')))
})
