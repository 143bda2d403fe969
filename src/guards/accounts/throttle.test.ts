import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '../../store/database.ts'
import { OPERATOR, openTestInstallation, SOMEBODY } from '../../store/installation-for-tests.ts'
import { BETTER, GOOD, openAccounts } from './accounts-for-tests.ts'
import { addressKey, createThrottle, THROTTLE_LIMITS, type ThrottleLimits } from './throttle.ts'

const ANN = 'ann@example.org'
const SMALL: ThrottleLimits = {
  pair: { failures: 3, seconds: 60 },
  address: { failures: 5, seconds: 60 },
  account: { failures: 6, seconds: 60 },
  device: { failures: 3, seconds: 60 },
}
const from = (address: string) => ({ ...SOMEBODY, address })

test('a stranger gets a few tries, the same for accounts that exist and that do not', async () => {
  for (const email of [ANN, 'nobody@example.org']) {
    await using at = await openAccounts(SMALL)
    await at.accounts.add(ANN, GOOD, [], OPERATOR)
    for (let i = 0; i < 3; i++)
      assert.deepEqual(await at.accounts.signIn(email, BETTER, SOMEBODY), { refused: 'wrong' })
    const refused = await at.accounts.signIn(email, GOOD, SOMEBODY)
    assert.ok('retryAfterMs' in refused && refused.retryAfterMs > 50_000 && refused.retryAfterMs <= 60_000, email)
  }
})

test('a hundred guesses at once get no more tries than one after the other', async () => {
  await using at = await openAccounts(SMALL)
  await at.accounts.add(ANN, GOOD, [], OPERATOR)
  const answers = await Promise.all(Array.from({ length: 100 }, () => at.accounts.signIn(ANN, BETTER, SOMEBODY)))
  const refusals = answers.map((answer) => ('refused' in answer ? answer.refused : 'in'))
  assert.equal(refusals.filter((refusal) => refusal === 'wrong').length, 3)
  assert.equal(refusals.filter((refusal) => refusal === 'throttled').length, 97)
})

test('nobody elsewhere can keep a person from signing in where they did before', async () => {
  await using at = await openAccounts(SMALL)
  await at.accounts.add(ANN, GOOD, [], OPERATOR)
  const home = from('198.51.100.7')
  assert.ok('user' in (await at.accounts.signIn(ANN, GOOD, home)))
  for (let i = 0; i < 30; i++) await at.accounts.signIn(ANN, BETTER, from(`192.0.2.${i}`))
  // The attack is slowed down, also from addresses that are new to it.
  assert.ok('retryAfterMs' in (await at.accounts.signIn(ANN, GOOD, from('192.0.2.99'))))
  for (let i = 0; i < 10; i++) assert.ok('user' in (await at.accounts.signIn(ANN, GOOD, home)))
})

test('one address can not use up the tries that an account has from everywhere', async () => {
  await using at = await openAccounts(SMALL)
  await at.accounts.add(ANN, GOOD, [], OPERATOR)
  for (let i = 0; i < 30; i++) await at.accounts.signIn(ANN, BETTER, from('192.0.2.1'))
  assert.ok('user' in (await at.accounts.signIn(ANN, GOOD, from('198.51.100.7'))))
})

test('one password tried on many accounts from one address is slowed down', async () => {
  await using at = await openAccounts(SMALL)
  const answers = []
  for (let i = 0; i < 8; i++) answers.push(await at.accounts.signIn(`p${i}@example.org`, GOOD, SOMEBODY))
  assert.deepEqual(
    answers.map((answer) => 'refused' in answer && answer.refused),
    [...Array(5).fill('wrong'), ...Array(3).fill('throttled')],
  )
})

test('an IPv6 client is its /64, and a mapped IPv4 address is its own client', () => {
  assert.equal(addressKey('2001:db8::1'), addressKey('2001:db8::ffff:1'))
  assert.notEqual(addressKey('2001:db8::1'), addressKey('2001:db8:0:1::1'))
  assert.equal(addressKey('::ffff:192.0.2.1'), '192.0.2.1')
  assert.notEqual(addressKey('::ffff:192.0.2.1'), addressKey('::ffff:192.0.2.2'))
})

test('a right password forgets the failures of its person, and not those of the address', async () => {
  await using at = await openAccounts(SMALL)
  await at.accounts.add(ANN, GOOD, [], OPERATOR)
  // The attacker's own account must not buy more tries at others.
  const answers = []
  for (let i = 0; i < 6; i++) {
    answers.push(await at.accounts.signIn(`p${i}@example.org`, GOOD, SOMEBODY))
    await at.accounts.signIn(ANN, GOOD, SOMEBODY)
  }
  assert.ok('retryAfterMs' in answers.at(-1)!)
  for (let i = 0; i < 2; i++) await at.accounts.signIn(ANN, BETTER, SOMEBODY)
  assert.ok('user' in (await at.accounts.signIn(ANN, GOOD, SOMEBODY)))
  for (let i = 0; i < 2; i++) await at.accounts.signIn(ANN, BETTER, SOMEBODY)
  assert.ok('user' in (await at.accounts.signIn(ANN, GOOD, SOMEBODY)))
})

test('a stolen session can not guess the password without limit', async () => {
  await using at = await openAccounts(SMALL)
  const user = await at.accounts.add(ANN, GOOD, [], OPERATOR)
  const guess = () => at.accounts.changePassword(user, BETTER, 'another-strong-passphrase', from('192.0.2.1'))
  for (let i = 0; i < 3; i++) await assert.rejects(guess(), { code: 'accounts.wrong' })
  await assert.rejects(guess(), { code: 'accounts.throttled' })
})

test('tries come back when the time is over', async () => {
  await using at = await openTestInstallation()
  const throttle = createThrottle(at.store.throttle, { ...SMALL, pair: { failures: 1, seconds: 1 } })
  const attempt = { accountKey: ANN, addressKey: '192.0.2.1', familiar: false }
  assert.equal(await throttle.admit(attempt), undefined)
  assert.ok((await throttle.admit(attempt))! > 0)
  await sleep(1_050)
  assert.equal(await throttle.admit(attempt), undefined)
  throttle.close()
})

test('a restart does not forget failures, and the file holds neither addresses nor names', async () => {
  await using at = await openTestInstallation()
  const attempt = { accountKey: ANN, addressKey: '192.0.2.1', familiar: false }
  const before = createThrottle(at.store.throttle, SMALL)
  for (let i = 0; i < 3; i++) await before.admit(attempt)
  before.close()
  const restarted = await openStore(`${at.folder}/castellan.db`)
  const after = createThrottle(restarted.throttle, SMALL)
  assert.ok((await after.admit(attempt))! > 0)
  const rows = JSON.stringify(restarted.throttle.prepare('SELECT * FROM throttle').all())
  assert.ok(!rows.includes('example.org') && !rows.includes('192.0.2.1'), rows)
  after.close()
  await restarted.close()
})

test('counters that ran out are removed', async () => {
  await using at = await openTestInstallation()
  const throttle = createThrottle(at.store.throttle, THROTTLE_LIMITS)
  await throttle.admit({ accountKey: ANN, addressKey: '192.0.2.1', familiar: false })
  const count = () => at.store.throttle.prepare('SELECT count(*) AS n FROM throttle').get()?.n
  at.store.throttle.sweep(Date.now())
  assert.equal(count(), 3)
  at.store.throttle.sweep(Date.now() + 3_600_001)
  assert.equal(count(), 0)
  throttle.close()
})
