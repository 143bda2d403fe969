import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATOR, SOMEBODY } from '../../store/installation-for-tests.ts'
import { GOOD, openAccounts } from './accounts-for-tests.ts'

const ANN = 'ann@example.org'

test('the link makes the first administrator, once', async () => {
  await using at = await openAccounts()
  const secret = await at.accounts.newSetupSecret()
  assert.ok(secret)
  assert.equal(Buffer.from(secret, 'base64url').length, 32)
  const user = await at.accounts.setUp(secret, ANN, GOOD, SOMEBODY)
  assert.deepEqual(user.roles, ['admin'])
  assert.equal(await at.accounts.isSetupSecret(secret), false)
  await assert.rejects(at.accounts.setUp(secret, 'eve@example.org', GOOD, SOMEBODY), { code: 'accounts.setup' })
  assert.equal(await at.accounts.newSetupSecret(), null)
  assert.equal((await at.accounts.list()).length, 1)
})

test('looking at the link does not use it up, and its secret is stored nowhere', async () => {
  await using at = await openAccounts()
  const secret = (await at.accounts.newSetupSecret())!
  for (let i = 0; i < 5; i++) assert.equal(await at.accounts.isSetupSecret(secret), true)
  const rows = await at.store.db.selectFrom('setup').selectAll().execute()
  assert.equal(rows.length, 1)
  assert.ok(!JSON.stringify([rows, at.trail.entries()]).includes(secret))
  assert.ok(await at.accounts.setUp(secret, ANN, GOOD, SOMEBODY))
})

test('a refused password or address leaves the link usable', async () => {
  await using at = await openAccounts()
  const secret = (await at.accounts.newSetupSecret())!
  await assert.rejects(at.accounts.setUp(secret, ANN, 'password', SOMEBODY), { code: 'accounts.weak' })
  await assert.rejects(at.accounts.setUp(secret, 'ann', GOOD, SOMEBODY), { code: 'accounts.email' })
  assert.ok(await at.accounts.setUp(secret, ANN, GOOD, SOMEBODY))
})

test('two people who set up at once: exactly one becomes administrator', async () => {
  await using at = await openAccounts()
  const secret = (await at.accounts.newSetupSecret())!
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, (_, i) => at.accounts.setUp(secret, `person${i}@example.org`, GOOD, SOMEBODY)),
  )
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1)
  for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.code, 'accounts.setup')
  assert.equal((await at.accounts.list()).length, 1)
  assert.equal(at.trail.entries().filter((entry) => entry.event === 'accounts.set-up').length, 1)
})

test('the link is void after an hour, after the next start, and once there is an administrator', async () => {
  await using at = await openAccounts()
  const old = (await at.accounts.newSetupSecret())!
  const next = (await at.accounts.newSetupSecret())!
  await assert.rejects(at.accounts.setUp(old, ANN, GOOD, SOMEBODY), { code: 'accounts.setup' })
  at.now += 3_600_000
  await assert.rejects(at.accounts.setUp(next, ANN, GOOD, SOMEBODY), { code: 'accounts.setup' })
  const last = (await at.accounts.newSetupSecret())!
  await at.accounts.add('op@example.org', GOOD, ['admin'], OPERATOR)
  assert.equal(await at.accounts.isSetupSecret(last), false)
  await assert.rejects(at.accounts.setUp(last, ANN, GOOD, SOMEBODY), { code: 'accounts.setup' })
})

test('somebody with another role, or an administrator who can not sign in, does not end the setup', async () => {
  await using at = await openAccounts()
  await at.accounts.add('bob@example.org', GOOD, ['administration', 'member'], OPERATOR)
  await at.accounts.add('eve@example.org', undefined, ['admin'], OPERATOR)
  assert.ok(await at.accounts.newSetupSecret())
})

test('a guess at the link costs no password hash', async () => {
  await using at = await openAccounts()
  await at.accounts.newSetupSecret()
  await at.hasher.close()
  for (const guess of ['', 'x', 'A'.repeat(43)]) {
    await assert.rejects(at.accounts.setUp(guess, ANN, GOOD, SOMEBODY), { code: 'accounts.setup' })
  }
})
