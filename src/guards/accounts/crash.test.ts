import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { killAfter } from '../../store/crash-for-tests.ts'
import { openTestInstallation } from '../../store/installation-for-tests.ts'

test('whoever was added is there after kill -9, and everybody who is there is in the audit log once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-crash-'))
  const acknowledged: string[] = []
  for (const lines of [1, 7, 40, 41, 60]) {
    acknowledged.push(...(await killAfter(join(import.meta.dirname, 'crash-script.ts'), folder, lines)))
  }
  await using at = await openTestInstallation(folder)
  await at.outbox.drain()
  const rows = await at.store.db.selectFrom('users').select(['id', 'email']).execute()
  const there = new Set(rows.map((row) => row.email))
  assert.deepEqual(
    acknowledged.filter((email) => !there.has(email)),
    [],
  )
  const audited = at.trail.entries().map((entry) => entry.target)
  assert.deepEqual(audited.toSorted(), rows.map((row) => row.id).sort())
})
