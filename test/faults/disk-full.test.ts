import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Browser } from '../helpers/browserless.ts'
import { startUp } from '../helpers/gate.ts'
import { calm, configuration, load, operate, PASSWORD, pidOf, signIn, until } from './support.ts'
import { startUpstream } from './upstream.ts'

/** A disk of its own, so small that a test can fill it. */
function smallDisk(): Disposable & { readonly path: string } {
  assert.equal(process.getuid?.(), 0, 'this test mounts a small disk: run it as root')
  const path = mkdtempSync(join(tmpdir(), 'castellan-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=755', 'none', path], { encoding: 'utf8' })
  assert.equal(mounted.status, 0, `this test mounts a small disk, which this machine refuses: ${mounted.stderr.trim()}`)
  return {
    path,
    [Symbol.dispose]() {
      spawnSync('umount', ['-l', path])
      rmSync(path, { recursive: true, force: true })
    },
  }
}

/** Takes all the room that is left. */
function fill(path: string): void {
  const file = openSync(join(path, 'filler'), 'a')
  try {
    for (let size = 65_536; size >= 1; size = Math.floor(size / 4)) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size))
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
      }
    }
  } finally {
    closeSync(file)
  }
}

test('on a full disk what needs an audit entry answers 503, the rest goes on, and it recovers', {
  timeout: 120_000,
}, async (t) => {
  await using upstream = await startUpstream()
  using disk = smallDisk()
  await using gate = await startUp(configuration(upstream.origin), disk.path)
  await calm(gate)
  const cookie = await signIn(gate)
  await using people = load(gate, 1, { path: '/mine', headers: { cookie } }, 20)
  await using strangers = load(gate, 1, {}, 20)
  using browser = new Browser(gate.port, '127.0.3.1')
  const form = await browser.go(new URL(`https://app.localhost:${gate.port}/mine`))

  fill(disk.path)
  const refused = { portal: 0, operator: 0 }
  for (let attempt = 0; attempt < 4; attempt++) {
    fill(disk.path)
    const page = await browser.submit(form, { email: 'ann@example.org', password: PASSWORD })
    assert.equal(
      page.status,
      503,
      `${page.status} ${page.body.replaceAll(/<style.*?<\/style>|<[^>]*>/gs, ' ').replaceAll(/\s+/g, ' ')}\n${gate.stderr()}`,
    )
    refused.portal++
    const added = await gate.cli(['user', 'add', `full-${attempt}@example.org`])
    assert.notEqual(added.code, 0)
    assert.match(added.stderr, /can.t be (written|changed)|no room|disk/i)
    refused.operator++
  }
  const [before, beforeStrangers] = [people.met.answered, strangers.met.answered]
  await until(
    'others go on',
    5_000,
    () => people.met.answered > before + 20 && strangers.met.answered > beforeStrangers + 20,
  )

  // A start on a full disk may fail, again and again; it must not cost what is there, nor those who are known.
  fill(disk.path)
  process.kill(pidOf(gate, 'control/main')!, 'SIGKILL')
  const killed = people.met.answered
  await until('known sessions go on', 5_000, () => people.met.answered > killed + 50)

  rmSync(join(disk.path, 'filler'))
  const room = Date.now()
  await until('control serves', 30_000, () => operate(gate.data, 'GET', '/status').catch(() => undefined))
  const again = await until('a sign-in', 20_000, async () => {
    using other = new Browser(gate.port, `127.0.3.${2 + (Date.now() % 200)}`)
    const page = await other.submit(await other.go(new URL(`https://app.localhost:${gate.port}/mine`)), {
      email: 'ann@example.org',
      password: PASSWORD,
    })
    return page.status === 200 && page.at.hostname === 'app.localhost'
  })
  assert.ok(again)
  const recovered = Date.now() - room
  assert.equal((await gate.cli(['user', 'add', 'room@example.org'])).code, 0)
  const [known, unknown] = [await people.stop(), await strangers.stop()]
  assert.deepEqual([...known.failures, ...unknown.failures].slice(0, 3), [])

  const verified = await gate.cli(['audit', 'verify', '--json'])
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  assert.equal(await gate.close(), 0)
  const lines = readdirSync(join(disk.path, 'log')).flatMap((name) =>
    readFileSync(join(disk.path, 'log', name), 'utf8')
      .trimEnd()
      .split('\n'),
  )
  const parsed = lines.map((line) => JSON.parse(line) as { event?: string; lines?: number })
  const lost = parsed.reduce((sum, { event, lines: count }) => sum + (event === 'log.lost' ? count! : 0), 0)
  assert.ok(lost > 0, 'the access log lost nothing: the disk was not full')
  t.diagnostic(
    `refused on a full disk: ${refused.portal} sign-ins, ${refused.operator} commands; meanwhile ${known.answered} requests of a session and ` +
      `${unknown.answered} of strangers, none failed; ${lost} lines of the access log counted as lost, ${lines.length} whole; ` +
      `recovered ${recovered} ms after there was room; the audit log verifies`,
  )
})
