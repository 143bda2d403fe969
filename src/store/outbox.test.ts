import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestInstallation, type TestInstallation } from './installation-for-tests.ts'
import { createOutbox } from './outbox.ts'

const entry = { event: 'test.changed', actor: 'operator' }

function addRun({ outbox }: TestInstallation, run: string, urgent = false) {
  return outbox.run(
    async (tx, audit) => {
      await tx.insertInto('proofs').values({ run, at: 0, json: '' }).execute()
      audit({ ...entry, target: run })
    },
    { urgent },
  )
}

async function runs({ store }: TestInstallation): Promise<string[]> {
  return (await store.db.selectFrom('proofs').select('run').orderBy('run').execute()).map((row) => row.run)
}

async function waiting({ store }: TestInstallation): Promise<number> {
  return (await store.db.selectFrom('outbox').select('id').execute()).length
}

test('a change is acknowledged when its entry is in the audit log, and nothing waits then', async () => {
  await using at = await openTestInstallation()
  await addRun(at, 'one')
  assert.deepEqual(
    at.trail.entries().map((e) => e.target),
    ['one'],
  )
  assert.equal(await waiting(at), 0)
})

test('a change that fails leaves neither state nor entry', async () => {
  await using at = await openTestInstallation()
  const failing = at.outbox.run(async (tx, audit) => {
    await tx.insertInto('proofs').values({ run: 'x', at: 0, json: '' }).execute()
    audit(entry)
    throw new Error('no')
  })
  await assert.rejects(failing, /no/)
  assert.deepEqual(await runs(at), [])
  assert.equal(await waiting(at), 0)
  await addRun(at, 'next')
  assert.equal(at.trail.entries().length, 1)
})

test('when the disk of the audit log is full, the first change is not acknowledged and the next one does not happen', async () => {
  await using at = await openTestInstallation()
  const { path } = at.trail
  await addRun(at, 'before')
  at.trail.path = '/dev/full'
  await assert.rejects(addRun(at, 'first'), { code: 'audit.unavailable' })
  await assert.rejects(addRun(at, 'second'), { code: 'audit.unavailable' })
  assert.deepEqual(await runs(at), ['before', 'first'])
  at.trail.path = path
  await addRun(at, 'after')
  assert.deepEqual(
    at.trail.entries().map((e) => e.target),
    ['before', 'first', 'after'],
  )
})

test('an urgent change happens while the audit log is full, and its entry is not lost', async () => {
  await using at = await openTestInstallation()
  const { path } = at.trail
  at.trail.path = '/dev/full'
  await assert.rejects(addRun(at, 'one', true), { code: 'audit.unavailable' })
  await assert.rejects(addRun(at, 'two', true), { code: 'audit.unavailable' })
  assert.deepEqual(await runs(at), ['one', 'two'])
  at.trail.path = path
  await createOutbox(at.store, at.trail).drain()
  assert.deepEqual(
    at.trail.entries().map((e) => e.target),
    ['one', 'two'],
  )
})

test('entries that were appended right before a crash are handed over again with the same id', async () => {
  await using at = await openTestInstallation()
  await at.store.db
    .insertInto('outbox')
    .values({ id: 'known', entry: JSON.stringify({ ...entry, id: 'known' }) })
    .execute()
  await at.trail.append([{ ...entry, id: 'known' }])
  await at.outbox.drain()
  assert.equal(at.trail.entries().length, 1)
  assert.equal(await waiting(at), 0)
})

test('two hundred changes at once are each audited once, in the order of their commits', async () => {
  await using at = await openTestInstallation()
  const order: string[] = []
  await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      at.outbox.run(
        async (_, audit) => {
          audit({ ...entry, target: String(i) })
          return String(i)
        },
        { committed: (value) => order.push(value) },
      ),
    ),
  )
  const targets = at.trail.entries().map((e) => e.target)
  assert.equal(new Set(targets).size, 200)
  assert.deepEqual(targets, order)
})
