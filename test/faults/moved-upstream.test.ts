import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../helpers/gate.ts'
import { ask, configuration, load, until } from './support.ts'
import { startUpstream } from './upstream.ts'

const bin = fileURLToPath(new URL('../../bin/castellan', import.meta.url))
/** Its own mount namespace has its own /etc/hosts, as a container has its own resolver. */
const IN_NAMESPACE = 'mount --bind "$1" /etc/hosts && shift && exec "$@"'

test('an application that moves to another address is found again', { timeout: 60_000 }, async (t) => {
  assert.equal(process.getuid?.(), 0, 'this test makes a mount namespace: run it as root')
  const folder = mkdtempSync(join(tmpdir(), 'castellan-'))
  const hosts = join(folder, 'hosts')
  const moveTo = (address: string) => writeFileSync(hosts, `127.0.0.1 localhost\n${address} moving.example.org\n`)
  await using first = await startUpstream('127.0.0.2', 0, 'first')
  moveTo('127.0.0.2')
  const port = await freePort()
  const file = join(folder, 'castellan.yaml')
  writeFileSync(file, configuration(`http://moving.example.org:${first.port}`).replaceAll('PORT', String(port)))
  const up = [bin, 'up', '-c', file, '--data', folder, '--json']
  const child = spawn('unshare', ['-m', 'sh', '-c', IN_NAMESPACE, 'sh', hosts, ...up], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    await until('ready', 30_000, () => out.includes('"ready"'))
    assert.equal((await ask({ port })).body, 'first')

    await using under = load({ port }, 4, {}, 5)
    const began = Date.now()
    await using second = await startUpstream('127.0.0.3', first.port, 'second')
    moveTo('127.0.0.3')
    await first[Symbol.asyncDispose]()
    await until('the new address', 10_000, async () => (await ask({ port }).catch(() => undefined))?.body === 'second')
    const found = Date.now() - began
    const { failures } = await under.stop()
    assert.ok(second.connections() > 0)
    assert.ok(found < 5_000, `found after ${found} ms`)
    t.diagnostic(`found under its new address after ${found} ms; ${failures.length} requests under way were lost`)
    assert.ok(failures.length <= 4)
  } finally {
    child.kill('SIGTERM')
    await until('the end', 20_000, () => child.exitCode !== null)
  }
})
