import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { foldersOf, makeFolders } from './folders.ts'

const NOBODY = { edge: null, control: null, log: null, posture: null }

test('removes nothing below a folder for sockets in which others may write', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const parent = join(folder, 'of-somebody')
  const run = join(parent, 'run')
  mkdirSync(run, { recursive: true })
  writeFileSync(join(run, 'kept'), 'kept')
  chmodSync(parent, 0o777)
  const folders = { ...foldersOf(join(folder, 'data')), run }
  assert.throws(() => makeFolders(folders, NOBODY), { code: 'start.folder' })
  assert.equal(readFileSync(join(run, 'kept'), 'utf8'), 'kept')
  chmodSync(parent, 0o755)
  makeFolders(folders, NOBODY)
  assert.throws(() => readFileSync(join(run, 'kept')), { code: 'ENOENT' })
})
