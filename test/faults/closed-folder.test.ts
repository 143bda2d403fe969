import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { freePort, runCastellan, startGate } from '../helpers/gate.ts'

before(() => {
  assert.equal(process.getuid?.(), 0, 'Users of their own can only be tested as root: run `sudo npm test`.')
})

test('a data folder that the users of the processes can not reach is refused with the folder that stops them', {
  timeout: 60_000,
}, async (t) => {
  const closed = mkdtempSync(join(tmpdir(), 'castellan-'))
  t.after(() => rmSync(closed, { recursive: true, force: true }))
  mkdirSync(join(closed, 'open'))
  chmodSync(join(closed, 'open'), 0o755)
  chmodSync(closed, 0o700)
  const data = join(closed, 'open', 'data')
  const args = ['guard', 'http://127.0.0.1:9', '--listen', `127.0.0.1:${await freePort()}`, '--data', data]
  const { code, stdout, stderr } = await runCastellan(args)
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(
    stderr,
    new RegExp(`^error: The folder ${closed} \\(mode 0700\\) keeps the user castellan-\\w+ \\(\\d+\\)`),
  )
  assert.match(stderr, new RegExp(`chmod o\\+x ${closed}`))
  assert.doesNotMatch(stderr, /\n\s+at |EACCES/)
  assert.ok(!existsSync(join(data, 'log', 'access.jsonl')))

  chmodSync(closed, 0o711)
  await using gate = await startGate({ upstream: 'http://127.0.0.1:9', data })
  assert.ok(gate.app)
})
