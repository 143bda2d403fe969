import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { killAfter } from '../../store/crash-for-tests.ts'
import { openTestInstallation } from '../../store/installation-for-tests.ts'
import { createSessions } from './control.ts'

test('after kill -9, sessions that were started are alive, those that were ended are not, and all is audited once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-crash-'))
  const acknowledged: string[] = []
  for (const lines of [1, 8, 40, 61]) {
    acknowledged.push(...(await killAfter(join(import.meta.dirname, 'crash-script.ts'), folder, lines)))
  }
  await using at = await openTestInstallation(folder)
  await at.outbox.drain()
  const sessions = createSessions({
    ...at,
    clock: Date.now,
    settings: () => ({ idle: 3_600_000, absolute: 3_600_000 }),
    publish: () => undefined,
    failed: (error) => at.failures.push(error),
  })
  for (const line of acknowledged) {
    const [what, id, token] = line.split(' ')
    assert.equal((await sessions.portal(token!))?.session.id, what === 'started' ? id : undefined, line)
  }
  const events = at.trail.entries().map((entry) => `${entry.event} ${entry.target}`)
  assert.equal(new Set(events).size, events.length)
  const live = (await sessions.list()).map((session) => `sessions.started ${session.id}`)
  for (const event of live) assert.ok(events.includes(event), event)
  await sessions.close()
})
