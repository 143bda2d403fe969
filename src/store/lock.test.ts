import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { lockFile } from './lock.ts'

const holder = `
  import { lockFile } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)}
  console.log((await lockFile(process.argv[1])) === undefined ? 'refused' : 'held')
  setInterval(() => {}, 60_000)
`

test('keeps another process out until it is released, and comes free when its process is killed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'castellan-lock-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'a.lock')
  const other = spawn(process.execPath, ['--input-type=module', '-e', holder, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => other.kill('SIGKILL'))
  const [said] = await once(other.stdout, 'data')
  assert.equal(String(said), 'held\n')
  assert.equal(await lockFile(path), undefined)
  other.kill('SIGKILL')
  await once(other, 'close')
  const mine = await lockFile(path)
  assert.ok(mine)
  assert.equal(await lockFile(path), undefined)
  await mine.release()
  await (await lockFile(path))?.release()
})
