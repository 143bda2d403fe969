import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasChanged, watchedFiles } from './watch.ts'

const folder = mkdtempSync(join(tmpdir(), 'castellan-watch-'))
after(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'nginx', 'site.conf')
mkdirSync(join(folder, 'nginx'))
writeFileSync(file, 'listen 80;')

async function watched() {
  await sleep(20) // times of files are as coarse as the kernel's tick
  return watchedFiles(folder, ['nginx/site.conf'], Date.now())
}

test('nothing has changed where nothing was done', async () => {
  assert.equal(hasChanged(await watched()), false)
})

const CHANGES: Readonly<Record<string, () => void>> = {
  'other content of the same length': () => writeFileSync(file, 'listen 81;'),
  'other content with the old time': () => {
    writeFileSync(file, 'listen 82;')
    utimesSync(file, 1, 1)
  },
  'another mode': () => chmodSync(file, 0o600),
  'a new file beside it': () => writeFileSync(join(folder, 'nginx', 'new.conf'), ''),
  'a new file in the folder itself': () => writeFileSync(join(folder, 'compose.override.yaml'), ''),
  'the file is gone': () => rmSync(file),
}

for (const [name, change] of Object.entries(CHANGES)) {
  test(`sees: ${name}`, async () => {
    const before = await watched()
    change()
    assert.equal(hasChanged(before), true)
  })
}

test('a file that changed while it was read counts as changed', () => {
  const began = Date.now() - 10_000
  writeFileSync(join(folder, 'late.yaml'), '')
  assert.equal(hasChanged(watchedFiles(folder, ['late.yaml'], began)), true)
})
