import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Actor, User } from '../../control/services.ts'
import { OPERATOR, SOMEBODY } from '../../store/installation-for-tests.ts'
import { type AccountScene, BETTER, GOOD, openAccounts } from './accounts-for-tests.ts'
import { DEVICE_LIFE } from './devices.ts'
import type { ThrottleLimits } from './throttle.ts'

const ANN = 'ann@example.org'
const BOB = 'bob@example.org'
const SMALL: ThrottleLimits = {
  pair: { failures: 3, seconds: 60 },
  address: { failures: 50, seconds: 60 },
  account: { failures: 6, seconds: 60 },
  device: { failures: 3, seconds: 60 },
}

/** Ann signed in with a browser, and a stranger behind the same address has then used up her tries there. */
async function lockedOut(): Promise<AccountScene & { ann: User; bob: User; device: string }> {
  const at = await openAccounts(SMALL)
  const ann = await at.accounts.add(ANN, GOOD, [], OPERATOR)
  const bob = await at.accounts.add(BOB, BETTER, [], OPERATOR)
  assert.ok('user' in (await at.accounts.signIn(ANN, GOOD, SOMEBODY)))
  const device = await at.accounts.trustDevice(ann, undefined)
  for (let i = 0; i < 10; i++) await at.accounts.signIn(ANN, BETTER, SOMEBODY)
  assert.equal(await answer(at, ANN, GOOD), 'throttled')
  return Object.assign(at, { ann, bob, device })
}

async function answer(at: AccountScene, email: string, password: string, device?: string, by: Actor = SOMEBODY) {
  const result = await at.accounts.signIn(email, password, by, device)
  return 'user' in result ? 'in' : result.refused
}

test('a stranger behind the same address can not keep a person from signing in with their own browser', async () => {
  await using at = await lockedOut()
  for (let i = 0; i < 5; i++) {
    assert.equal(await answer(at, ANN, GOOD, at.device), 'in')
    assert.equal(await answer(at, ANN, BETTER), 'throttled')
  }
})

test('the token of a browser buys a few tries and no more, also when they are made at once', async () => {
  await using at = await lockedOut()
  const answers = await Promise.all(Array.from({ length: 50 }, () => answer(at, ANN, BETTER, at.device)))
  assert.equal(answers.filter((one) => one === 'wrong').length, 3)
  assert.equal(await answer(at, ANN, GOOD, at.device), 'throttled')
})

test('tries in one browser use up none of another one, nor of other addresses', async () => {
  await using at = await lockedOut()
  const laptop = await at.accounts.trustDevice(at.ann, undefined)
  for (let i = 0; i < 10; i++) await at.accounts.signIn(ANN, BETTER, SOMEBODY, at.device)
  assert.equal(await answer(at, ANN, GOOD, laptop), 'in')
  assert.equal(await answer(at, ANN, GOOD, undefined, { ...SOMEBODY, address: '198.51.100.7' }), 'in')
})

test('an attacker gets no more tries with the token of their own account, a made-up one, or many of them', async () => {
  await using at = await lockedOut()
  const own = await at.accounts.trustDevice(at.bob, undefined)
  for (const token of [own, 'x'.repeat(43), '', `${at.device}x`, at.device.toLowerCase()]) {
    assert.equal(await answer(at, ANN, GOOD, token), 'throttled', token)
  }
  // Nor does each new browser of theirs.
  for (let i = 0; i < 5; i++) {
    assert.equal(await answer(at, ANN, GOOD, await at.accounts.trustDevice(at.bob, own)), 'throttled')
  }
})

test('a token gives the same answers for an account that exists and one that does not', async () => {
  await using at = await openAccounts(SMALL)
  await at.accounts.add(ANN, GOOD, [], OPERATOR)
  const bob = await at.accounts.add(BOB, BETTER, [], OPERATOR)
  const own = await at.accounts.trustDevice(bob, undefined)
  const answers: string[][] = []
  for (const email of [ANN, 'nobody@example.org']) {
    const row: string[] = []
    for (let i = 0; i < 5; i++) row.push(await answer(at, email, BETTER, own))
    answers.push(row)
  }
  assert.deepEqual(answers[0], ['wrong', 'wrong', 'wrong', 'throttled', 'throttled'])
  assert.deepEqual(answers[1], answers[0])
})

test('two people who share a browser are both known there, and a token that was copied before is void', async () => {
  await using at = await lockedOut()
  const shared = await at.accounts.trustDevice(at.bob, at.device)
  assert.equal(await answer(at, ANN, GOOD, at.device), 'throttled')
  assert.equal(await answer(at, ANN, GOOD, shared), 'in')
  for (let i = 0; i < 10; i++) await at.accounts.signIn(BOB, GOOD, SOMEBODY)
  assert.equal(await answer(at, BOB, BETTER), 'throttled')
  assert.equal(await answer(at, BOB, BETTER, shared), 'in')
})

test('a new password forgets all browsers: one may be of the thief of the old one', async () => {
  await using at = await lockedOut()
  await at.accounts.changePassword(at.ann, GOOD, 'lantern.mosaic.fourteen.ferry', { ...SOMEBODY, id: at.ann.id })
  for (let i = 0; i < 3; i++) assert.equal(await answer(at, ANN, BETTER, at.device), 'throttled')
})

test('a stranger behind the same address can not keep a person from changing their password', async () => {
  await using at = await lockedOut()
  await at.accounts.changePassword(at.ann, GOOD, 'lantern.mosaic.fourteen.ferry', { ...SOMEBODY, id: at.ann.id })
})

test('a browser is forgotten after 400 days, and when twenty others were used since', async () => {
  await using at = await lockedOut()
  at.now += DEVICE_LIFE + 1
  assert.equal(await answer(at, ANN, GOOD, at.device), 'throttled')
  const first = await at.accounts.trustDevice(at.ann, undefined)
  for (let i = 0; i < 19; i++) {
    at.now += 1
    await at.accounts.trustDevice(at.ann, undefined)
  }
  assert.equal(await answer(at, ANN, GOOD, first), 'in')
  at.now += 1
  await at.accounts.trustDevice(at.ann, undefined)
  assert.equal(await answer(at, ANN, GOOD, first), 'throttled')
})

test('the store holds no token', async () => {
  await using at = await lockedOut()
  await at.accounts.signIn(ANN, BETTER, SOMEBODY, at.device)
  const rows = await at.store.db.selectFrom('devices').selectAll().execute()
  const counters = at.store.throttle.prepare('SELECT * FROM throttle').all()
  assert.equal(rows.length, 1)
  assert.ok(!JSON.stringify([rows, counters, at.trail.entries()]).includes(at.device))
})
