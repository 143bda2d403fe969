import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { ensureDebian, findCommand } from './packages.ts'

test('finds a command that every Debian has', () => {
  assert.match(findCommand('sh') ?? '', /\/sh$/)
  assert.match(ensureDebian('sh', 'dash'), /\/sh$/)
})

test('tells an ordinary user in one line what to run when a command is missing', () => {
  const script = `
    const { ensureDebian } = await import(${JSON.stringify(join(import.meta.dirname, 'packages.ts'))})
    if (process.getuid() === 0) process.setuid(65534)
    try { ensureDebian('castellan-no-such-command', 'such-package') } catch (error) { console.log(error.message) }`
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.equal(
    child.stdout,
    'castellan-no-such-command is missing; run: sudo apt-get update && sudo apt-get install --no-install-recommends such-package\n',
    child.stderr,
  )
})
