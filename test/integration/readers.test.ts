import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ask, until } from '../faults/support.ts'
import { startUpstream } from '../faults/upstream.ts'
import { freePort, startGate } from '../helpers/gate.ts'

const bin = fileURLToPath(new URL('../../bin/castellan', import.meta.url))

/** Runs a command whose reader is gone before it prints, as `| head -0` is. */
function runUnread(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(bin, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })))
}

test('a command whose reader has seen enough ends without a word, as other tools do', {
  timeout: 120_000,
}, async () => {
  await using gate = await startGate({ upstream: 'http://127.0.0.1:9' })
  for (const command of ['audit export', 'audit tail', 'audit verify', 'status', 'user list', 'session list']) {
    const { code, stderr } = await runUnread([...command.split(' '), '--data', gate.data])
    assert.deepEqual([code, stderr], [141, ''], command)
  }
  for (const command of ['config schema', 'completion bash']) {
    const { code, stderr } = await runUnread(command.split(' '))
    assert.deepEqual([code, stderr], [141, ''], command)
  }
})

test('a gate goes on when whoever read its output is gone', { timeout: 60_000 }, async (t) => {
  await using upstream = await startUpstream()
  const data = mkdtempSync(join(tmpdir(), 'castellan-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const port = await freePort()
  const child = spawn(bin, [
    'guard',
    upstream.origin,
    '--access',
    'public',
    '--listen',
    `127.0.0.1:${port}`,
    '--data',
    data,
  ])
  const ended = new Promise((resolve) => child.on('close', resolve))
  child.stdout.destroy()
  child.stderr.destroy()
  const answers = () =>
    ask({ port }).then(
      ({ status }) => status === 200,
      () => false,
    )
  await until('it serves', 20_000, answers)
  child.kill('SIGHUP')
  await until('it serves after a reload', 5_000, answers)
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
})
