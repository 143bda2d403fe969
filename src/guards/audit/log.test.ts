import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { appendFile, readdir, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { CastellanError } from '../../kernel/errors.ts'
import type { AuditEntry } from './entry.ts'
import { readEntries } from './reader.ts'
import { auditScene, someBatches } from './scene.ts'
import { verifyAudit } from './verify.ts'

const withCode = (code: string) => (error: unknown) => error instanceof CastellanError && error.code === code

test('keeps entries in order, over restarts and over segments', async (t) => {
  const scene = await auditScene(t)
  for (let run = 0; run < 3; run += 1) await scene.write(someBatches(100, 7), { segmentBytes: 5_000 })
  const entries = await scene.read()
  assert.deepEqual(
    entries.map((entry) => entry.index),
    entries.map((_, at) => at),
  )
  assert.equal(entries.filter((entry) => entry.event === 'user.added').length, 300)
  assert.ok((await readdir(scene.folder)).filter((name) => name.startsWith('entries-')).length > 5)
  const { state, size, findings } = await verifyAudit({ folder: scene.folder })
  assert.equal(size, entries.length)
  assert.deepEqual([state, findings.map((it) => it.code)], ['unknown', ['key.unpinned', 'rollback.unseen']])
})

test('writes what many ask for at once in few batches, and tells each where its entries are', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open()
  const before = log.status().last.sequence
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, at) =>
      log.append([
        { id: `a${at}`, event: 'a.b' },
        { id: `b${at}`, event: 'a.b' },
      ]),
    ),
  )
  const batches = log.status().last.sequence - before
  t.diagnostic(`500 appends in ${batches} batches`)
  assert.ok(batches < 20)
  const entries = await scene.read()
  for (const { entries: placed, checkpoint } of answers) {
    for (const { id, index } of placed) assert.equal(entries[index]?.id, id)
    assert.ok(checkpoint.size > placed.at(-1)!.index)
  }
})

test('does nothing for an id that it has: in one batch, in the next, after a restart, after a new segment', async (t) => {
  const scene = await auditScene(t)
  const entry: AuditEntry = { id: 'once', event: 'user.added' }
  const first = await scene.open({ segmentBytes: 2_000 })
  const [one, two] = (await first.append([entry, entry])).entries
  assert.deepEqual([one?.duplicate, two?.duplicate, two?.index], [false, true, one?.index])
  assert.equal((await first.append([entry])).entries[0]?.duplicate, true)
  for (const batch of someBatches(8)) await first.append(batch)
  await first.close()
  const second = await scene.open({ segmentBytes: 2_000 })
  const again = await second.append([entry])
  assert.deepEqual(again.entries, [{ id: 'once', index: one?.index, duplicate: true }])
  assert.equal((await scene.read()).filter((it) => it.id === 'once').length, 1)
})

test('refuses an entry that is malformed or too long, and goes on with the others', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open()
  const bad: AuditEntry[] = [
    { event: 'Upper.Case' },
    { event: 'single' },
    { event: 'a.b', id: '' },
    { event: 'a.b', actor: 'x'.repeat(257) },
    { event: 'a.b', data: { long: 'x'.repeat(20_000) } },
  ]
  const results = await Promise.allSettled([...bad.map((entry) => log.append([entry])), log.append([{ event: 'a.b' }])])
  for (const result of results.slice(0, -1)) {
    assert.ok(result.status === 'rejected' && withCode('audit.entry-invalid')(result.reason))
  }
  assert.equal(results.at(-1)?.status, 'fulfilled')
})

test('writes nothing into its files that could move a cursor, end a line or turn text around', async (t) => {
  const scene = await auditScene(t)
  const path = '/\u001b[2J\u009b31m\r\n{"index":9}\u2028\u202eevil\u200f\ud800'
  await scene.write([[{ event: 'access.refused', actor: path, data: { path } }]])
  const text = (await scene.lines()).join('')
  assert.doesNotMatch(text, /[^\x20-\x7e]/)
  assert.equal((await scene.read()).at(-1)?.actor, path)
})

test('lets one process in at a time, and the next one when that is gone', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open()
  await assert.rejects(scene.open(), withCode('audit.in-use'))
  await log.close()
  await scene.write(someBatches(1))
})

test('refuses another signing key than the one that the folder began with', async (t) => {
  const scene = await auditScene(t)
  await scene.write(someBatches(3))
  const other = generateKeyPairSync('ed25519').privateKey
  await assert.rejects(scene.open({ signingKey: other }), withCode('audit.key-mismatch'))
  await rm(join(scene.folder, 'public-key.pem'))
  await assert.rejects(scene.open({ signingKey: other }), withCode('audit.key-mismatch'))
})

test('stops when somebody removes, replaces, shortens or lengthens the file it writes to', async (t) => {
  const attacks: Record<string, (path: string) => Promise<void>> = {
    remove: (path) => rm(path),
    move: (path) => rename(path, `${path}.old`),
    shorten: (path) => truncate(path, 100),
    lengthen: (path) => appendFile(path, '{"index":2}\n'),
  }
  for (const [name, attack] of Object.entries(attacks)) {
    const scene = await auditScene(t)
    const log = await scene.open()
    await log.append([{ event: 'a.b' }])
    await attack(join(scene.folder, 'entries-000000000000.jsonl'))
    await assert.rejects(log.append([{ event: 'a.b' }]), withCode('audit.changed-underneath'), name)
    assert.ok(withCode('audit.changed-underneath')(log.status().failure))
  }
})

test('refuses entries once it is closed, and writes those that came before', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open()
  const waiting = Promise.all(someBatches(50).map((batch) => log.append(batch)))
  await log.close()
  await assert.rejects(log.append([{ event: 'a.b' }]), withCode('audit.closed'))
  await waiting
  assert.equal((await scene.read()).filter((entry) => entry.event === 'user.added').length, 50)
})

test('can be read by nobody but its owner', async (t) => {
  const scene = await auditScene(t)
  await scene.write(someBatches(1))
  assert.equal((await stat(scene.folder)).mode & 0o077, 0)
  for (const name of await readdir(scene.folder)) assert.equal((await stat(join(scene.folder, name))).mode & 0o077, 0)
})

test('drops what a crash left without a checkpoint, says so, and never shows it', async (t) => {
  const scene = await auditScene(t)
  await scene.write(someBatches(3))
  const tails = ['{"index":4,"id":"x","time":"2026-01-01T00:00', '{"checkpoint":{"origin":"cas', '\0\0\0\0\0\0']
  for (const tail of tails) {
    await appendFile(join(scene.folder, 'entries-000000000000.jsonl'), tail)
    const before = await verifyAudit({ folder: scene.folder })
    assert.deepEqual([before.state, before.counts['tail.unacknowledged']], ['unknown', 1])
    await scene.write(someBatches(1))
    const entries = await scene.read()
    assert.equal(entries.at(-2)?.event, 'audit.tail-dropped')
    assert.deepEqual(entries.at(-2)?.data, { bytes: tail.length, lines: 1 })
    const after = await verifyAudit({ folder: scene.folder })
    assert.deepEqual([after.state, after.counts['tail.unacknowledged']], ['unknown', undefined])
  }
})

test('follows the log while it is written, in order and without a gap', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open({ segmentBytes: 4_000 })
  const stop = new AbortController()
  const seen: number[] = []
  const following = (async () => {
    for await (const entry of readEntries(scene.folder, { from: 5, follow: true, signal: stop.signal })) {
      seen.push(entry.index)
      if (entry.index === 100) stop.abort()
    }
  })()
  for (const batch of someBatches(100, 3)) await log.append(batch)
  await following
  assert.deepEqual(
    seen,
    Array.from({ length: 96 }, (_, at) => at + 5),
  )
})

test('shows the last entries, and those from an index on', async (t) => {
  const scene = await auditScene(t)
  await scene.write(someBatches(50, 4), { segmentBytes: 3_000 })
  const indexes = async (options: { from?: number; tail?: number }) => (await scene.read(options)).map((it) => it.index)
  assert.deepEqual(await indexes({ tail: 3 }), [48, 49, 50])
  assert.deepEqual(await indexes({ from: 47 }), [47, 48, 49, 50])
  assert.deepEqual(await indexes({ from: 51 }), [])
  assert.equal((await indexes({ tail: 1_000 })).length, 51)
})

test('verifies 100,000 entries in a few seconds', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open()
  const started = process.cpuUsage()
  await Promise.all(someBatches(100_000, 100).map((batch, at) => (at < 400 ? log.append(batch) : undefined)))
  for (const batch of someBatches(60_000, 100)) await log.append(batch)
  const written = process.cpuUsage(started)
  await log.close()
  const before = process.cpuUsage()
  const { size, state } = await verifyAudit({ folder: scene.folder })
  const used = process.cpuUsage(before)
  const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6
  t.diagnostic(`${size} entries written in ${seconds(written)} s of processor time, verified in ${seconds(used)} s`)
  assert.deepEqual([size, state], [100_001, 'unknown'])
  // Processor time, so that a busy machine does not fail the test.
  assert.ok(seconds(written) < 50, 'fewer than 2,000 entries a second')
  assert.ok(seconds(used) < 10)
})
