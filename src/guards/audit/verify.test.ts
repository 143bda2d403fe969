import assert from 'node:assert/strict'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { erasuresFile } from './files.ts'
import { auditScene, someBatches } from './scene.ts'
import { verifyAudit } from './verify.ts'

test('finds a clock that was moved back, in one run and over a restart, and never writes a time twice over', async (t) => {
  const scene = await auditScene(t)
  let now = Date.parse('2026-05-01T12:00:00Z')
  const log = await scene.open({ clock: () => now })
  await log.append([{ event: 'a.b' }])
  now -= 3_600_000
  await log.append([{ event: 'a.b' }, { event: 'a.b' }])
  await log.append([{ event: 'a.b' }])
  await log.close()
  const moves = async () => (await scene.read()).filter((entry) => entry.event === 'audit.clock-moved')
  assert.deepEqual(
    (await moves()).map((entry) => entry.data?.seconds),
    [-3_600],
  )
  now -= 3_600_000
  await scene.write(someBatches(1), { clock: () => now })
  assert.equal((await moves()).length, 2)
  const times = (await scene.read()).map((entry) => entry.time)
  assert.deepEqual(times, times.toSorted())
  const result = await verifyAudit({ folder: scene.folder })
  assert.deepEqual([result.state, result.counts['clock.moved-back']], ['broken', 2])
  const accepted = (await moves()).map(({ index }) => ({
    event: 'audit.clock-accepted',
    actor: 'u_1',
    data: { index },
  }))
  await scene.write([accepted], { clock: () => now })
  const after = await verifyAudit({ folder: scene.folder, clock: () => now })
  assert.deepEqual([after.counts['clock.moved-back'], after.counts['clock.accepted']], [1, 2])
})

test('sees a clock that is moved while the log is idle, in both directions, by one that nobody can set', async (t) => {
  const scene = await auditScene(t)
  let now = Date.parse('2026-05-01T12:00:00Z')
  let monotonic = 0
  const log = await scene.open({ clock: () => now, monotonic: () => monotonic })
  const pass = async (shown: number, real: number) => {
    now += shown * 1_000
    monotonic += real * 1_000
    await log.append([{ event: 'a.b' }])
  }
  await pass(3_600, 3_600)
  await pass(1, 1_801)
  await pass(1_801, 1)
  await pass(11, 10)
  await log.close()
  const moves = (await scene.read()).filter((entry) => entry.event === 'audit.clock-moved')
  assert.deepEqual(
    moves.map((entry) => entry.data?.seconds),
    [-1_800, 1_800],
  )
  const { counts } = await verifyAudit({ folder: scene.folder, clock: () => now })
  assert.deepEqual([counts['clock.moved-back'], counts['clock.moved-forward']], [1, 1])
  const behind = await verifyAudit({ folder: scene.folder, clock: () => now - 3_600_000 })
  assert.equal(behind.counts['clock.behind-log'], 1)
})

test('finds that an erased person was taken off the list, which would bring them back', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open()
  await log.eraseSubject('u_7', 'u_1')
  await log.close()
  assert.equal((await verifyAudit({ folder: scene.folder })).state, 'unknown')
  await rm(join(scene.folder, erasuresFile))
  const result = await verifyAudit({ folder: scene.folder })
  assert.deepEqual([result.state, result.counts['erasure.missing']], ['broken', 1])
})

test('never calls a log broken while it is being written', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open({ segmentBytes: 20_000 })
  let writing = true
  const writer = (async () => {
    while (writing) await log.append(someBatches(5, 5)[0]!)
  })()
  let checks = 0
  for (; checks < 25; checks += 1) {
    const result = await verifyAudit({ folder: scene.folder })
    const codes = result.findings.filter((it) => it.level === 'broken').map((it) => it.code)
    assert.deepEqual([result.state, codes], ['unknown', []])
  }
  writing = false
  await writer
  t.diagnostic(`${checks} verifications while ${log.status().last.size} entries were written`)
})

test('says unknown of a folder without a log', async (t) => {
  const scene = await auditScene(t)
  assert.equal((await verifyAudit({ folder: scene.folder })).counts['log.absent'], 1)
  await mkdir(scene.folder)
  assert.equal((await verifyAudit({ folder: scene.folder })).state, 'unknown')
})
