import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openStore } from './database.ts'
import { hashSecret, newSecret } from './secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'castellan-store-'))
test.after(() => rmSync(folder, { recursive: true }))

test('nobody but the owner can read the database, its journal and the counters, even if they were open before', async () => {
  const file = join(folder, 'modes.db')
  await (await openStore(file)).close()
  chmodSync(file, 0o644)
  const store = await openStore(file)
  await store.db.insertInto('proofs').values({ run: 'a', at: 1, json: '' }).execute()
  for (const path of [file, `${file}-wal`, `${file}-shm`, `${file}-throttle`]) {
    assert.equal(statSync(path).mode & 0o777, 0o600, path)
  }
  await store.close()
})

test('a commit waits for the disk, and references are enforced', async () => {
  const store = await openStore(join(folder, 'pragmas.db'))
  const pragma = async (name: string) =>
    Object.values((await sql.raw(`PRAGMA ${name}`).execute(store.db)).rows[0] as object)[0]
  assert.equal(await pragma('journal_mode'), 'wal')
  assert.equal(await pragma('synchronous'), 2)
  assert.equal(await pragma('foreign_keys'), 1)
  const orphan = { id: 'a', hash: 'h', parent: 'a', user: 'nobody', site: '', created: 0, last_seen: 0, expires: 0 }
  await assert.rejects(store.db.insertInto('sessions').values(orphan).execute(), /FOREIGN KEY/)
  await store.close()
})

test('opening a second time keeps what is there', async () => {
  const file = join(folder, 'twice.db')
  const first = await openStore(file)
  await first.db.insertInto('proofs').values({ run: 'a', at: 1, json: '' }).execute()
  await first.close()
  const second = await openStore(file)
  assert.equal((await second.db.selectFrom('proofs').selectAll().execute()).length, 1)
  await second.close()
})

test('refuses a database of a newer version and leaves it as it is', async () => {
  const file = join(folder, 'newer.db')
  const store = await openStore(file)
  await sql`INSERT INTO kysely_migration VALUES ('9999-future', '2099-01-01')`.execute(store.db)
  await store.close()
  await assert.rejects(openStore(file), { code: 'store.migration' })
})

test('changes of the schema are rolled back with their transaction, as the migrator relies on', async () => {
  const store = await openStore(join(folder, 'ddl.db'))
  const failing = store.db.transaction().execute(async (tx) => {
    await sql`CREATE TABLE half (id TEXT)`.execute(tx)
    throw new Error('stop')
  })
  await assert.rejects(failing, /stop/)
  await assert.rejects(sql`SELECT * FROM half`.execute(store.db), /no such table/)
  await store.close()
})

test('a secret is 256 bits and its stored form does not contain it', () => {
  const secret = newSecret()
  assert.equal(Buffer.from(secret, 'base64url').length, 32)
  assert.notEqual(newSecret(), secret)
  // printf test | openssl dgst -sha256 -binary | basenc --base64url
  assert.equal(hashSecret('test'), 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg')
})
