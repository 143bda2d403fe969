import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { before, describe, test } from 'node:test'
import { freePort, runCastellan, startGate } from '../helpers/gate.ts'
import type { Attempts } from './injected.ts'
import { attackFromWithin } from './installation.ts'

before(() => {
  assert.equal(process.getuid?.(), 0, 'Process borders can only be tested as root: run `sudo npm test`.')
})

function assertRefused(attempts: Attempts): void {
  const tried = Object.entries(attempts)
  const done = tried.flatMap(([name, error]) => (error === null ? [name] : []))
  assert.ok(tried.length >= 20, `only ${tried.length} attempts were made`)
  assert.deepEqual(done, [], 'what foreign code in an edge achieved')
  console.log(`${tried.length} attempts from within an edge, 0 successful`)
}

describe('foreign code in an edge', () => {
  test('achieves nothing when Castellan was started by root', async () => {
    assertRefused(await attackFromWithin({}))
  })

  test('achieves nothing in a container: namespaces of its own for processes and mounts', async () => {
    assertRefused(
      await attackFromWithin({ wrapper: ['unshare', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'] }),
    )
  })

  test("reaches no other process, key or log even where Node's permission model is broken", async () => {
    assertRefused(await attackFromWithin({ withoutPermissionModel: true }))
  })
})

test('says at the start and in its status that borders are not enforced when an ordinary user starts it', async () => {
  const folder = mkdtempSync('/tmp/castellan-user-')
  spawnSync('chown', ['65534:65534', folder])
  try {
    const bin = resolve(import.meta.dirname, '../../bin/castellan')
    const script = `${bin} guard http://127.0.0.1:9 --listen 127.0.0.1:${await freePort()} --data ${join(folder, 'data')}`
    const wrapped = [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      '/bin/sh',
      '-c',
      `HOME=${folder} timeout -s TERM 8 ${script}`,
    ]
    const { stderr } = spawnSync('setpriv', wrapped, { encoding: 'utf8' })
    assert.match(stderr, /Process borders are not enforced/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('does not say so when root starts it', async () => {
  await using gate = await startGate({ upstream: 'http://127.0.0.1:9' })
  assert.doesNotMatch(gate.stderr(), /not enforced/)
  assert.equal((await runCastellan(['status', '--data', gate.data, '--json'])).stdout.includes('"posture":[]'), true)
})
