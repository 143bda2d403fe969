import assert from 'node:assert/strict'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSubjectKeys } from '../../store/subject-keys.ts'
import type { AuditEntry } from './entry.ts'
import { readErasures, replayErasures } from './erasures.ts'
import { openAuditLog } from './log.ts'
import { readEntries } from './reader.ts'
import { auditScene } from './scene.ts'
import { verifyAudit } from './verify.ts'

const signIn = (subject: string, name: string): AuditEntry => ({
  event: 'session.opened',
  actor: subject,
  personal: [{ subject, fields: { name, address: '203.0.113.9', email: `${name}@example.org` } }],
})

async function allBytes(folder: string): Promise<Buffer> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name))
  return Buffer.concat(await Promise.all(files.map((file) => readFile(file))))
}

test('has personal fields on disk only encrypted, and shows them to whoever has the keys', async (t) => {
  const scene = await auditScene(t)
  await scene.write([[signIn('u_1', 'ann'), signIn('u_2', 'bob')]])
  const bytes = await allBytes(scene.place)
  for (const text of ['ann', 'bob', '203.0.113.9', 'example.org']) assert.ok(!bytes.includes(text), text)
  const shown = await scene.read({ decrypt: scene.keys, from: 1 })
  assert.deepEqual(shown[0]?.personal, [
    { subject: 'u_1', fields: { name: 'ann', address: '203.0.113.9', email: 'ann@example.org' } },
  ])
  assert.deepEqual((await scene.read({ from: 1 }))[0]?.personal, [{ subject: 'u_1', hidden: 'sealed' }])
})

test('can forget a person: nobody reads the fields again, the others stay, and the log still verifies', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open()
  await log.append([signIn('u_1', 'ann'), signIn('u_2', 'bob')])
  const key = await scene.keys.get('u_1')
  assert.ok(key && (await allBytes(scene.place)).includes(key))
  await log.eraseSubject('u_1', 'u_9')
  await log.append([signIn('u_1', 'ann')])
  assert.ok(!(await allBytes(scene.place)).includes(key))
  const shown = await scene.read({ decrypt: scene.keys, from: 1 })
  assert.deepEqual(
    shown.map((entry) => entry.personal?.[0]?.hidden ?? entry.personal?.[0]?.fields?.name ?? entry.target),
    ['erased', 'bob', 'u_1', 'erased'],
  )
  const result = await verifyAudit({ folder: scene.folder })
  assert.deepEqual([result.state, result.size], ['unknown', 5])
})

test('keeps a person erased after keys came back from a backup', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open()
  await log.append([signIn('u_1', 'ann')])
  const backup = join(scene.place, 'backup.db')
  await cp(join(scene.place, 'subjects.db'), backup)
  await log.eraseSubject('u_1')
  await log.close()
  const restored = await openSubjectKeys(backup)
  t.after(() => restored.close())
  const readAnn = async () =>
    (await Array.fromAsync(readEntries(scene.folder, { decrypt: restored })))[1]?.personal?.[0]
  assert.equal((await readAnn())?.fields?.name, 'ann')
  const reopened = await openAuditLog({ folder: scene.folder, signingKey: scene.signingKey, keys: restored })
  await reopened.close()
  assert.deepEqual(await readAnn(), { subject: 'u_1', hidden: 'erased' })
})

test('keeps a person erased after everything came back from a backup, with the list that was kept elsewhere', async (t) => {
  const scene = await auditScene(t)
  const log = await scene.open()
  await log.append([signIn('u_1', 'ann'), signIn('u_2', 'bob')])
  await log.eraseSubject('u_2')
  await mkdir(join(scene.place, 'backup'))
  for (const name of ['audit', 'subjects.db']) {
    await cp(join(scene.place, name), join(scene.place, 'backup', name), { recursive: true })
  }
  await log.eraseSubject('u_1')
  await log.close()
  const list = join(scene.place, 'list.jsonl')
  await cp(join(scene.folder, 'erasures.jsonl'), list)
  await rm(scene.folder, { recursive: true })
  await rename(join(scene.place, 'backup', 'audit'), scene.folder)
  const keys = await openSubjectKeys(join(scene.place, 'backup', 'subjects.db'))
  t.after(() => keys.close())
  assert.ok(await keys.get('u_1'))
  assert.equal(await replayErasures(scene.folder, keys, list), 2)
  assert.equal(await keys.get('u_1'), undefined)
  assert.deepEqual(
    (await readErasures(join(scene.folder, 'erasures.jsonl'))).map((it) => it.subject),
    ['u_2', 'u_1'],
  )
})

test('erases even if the machine stops right after the erasure was noted', async (t) => {
  const scene = await auditScene(t)
  await scene.write([[signIn('u_1', 'ann')]])
  const torn = '{"subject":"u_2","ti'
  await writeFile(join(scene.folder, 'erasures.jsonl'), `{"subject":"u_1","time":"2026-05-01T12:00:00.000Z"}\n${torn}`)
  const log = await scene.open()
  assert.equal(await scene.keys.get('u_1'), undefined)
  await log.eraseSubject('u_3')
  assert.deepEqual(
    (await readErasures(join(scene.folder, 'erasures.jsonl'))).map((it) => it.subject),
    ['u_1', 'u_3'],
  )
})

test('shows nothing of a field that was moved to another entry or another person', async (t) => {
  const scene = await auditScene(t)
  await scene.write([[signIn('u_1', 'ann'), { event: 'a.b', id: 'other' }]])
  const [, ann] = (await scene.lines()).map((line) => JSON.parse(line)).filter((it) => it.index === 1 || it.index === 0)
  await scene.keys.create(['u_2'])
  await scene.edit((lines) =>
    lines.map((line) => {
      const entry = JSON.parse(line)
      if (entry.id === 'other') return JSON.stringify({ ...entry, personal: ann.personal })
      if (entry.index !== 1) return line
      return JSON.stringify({ ...entry, personal: [{ ...ann.personal[0], subject: 'u_2' }] })
    }),
  )
  const shown = await scene.read({ decrypt: scene.keys })
  assert.deepEqual(shown[1]?.personal, [{ subject: 'u_2', hidden: 'sealed' }])
  assert.deepEqual(shown[2]?.personal, [{ subject: 'u_1', hidden: 'sealed' }])
})
