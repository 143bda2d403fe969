import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Actor, User } from '../../control/services.ts'
import { hashPassword } from '../../helpers/password/argon2.ts'
import { OPERATOR, SOMEBODY } from '../../store/installation-for-tests.ts'
import { type AccountScene, BETTER, GOOD, openAccounts } from './accounts-for-tests.ts'

const ANN = 'ann@example.org'
const asUser = (user: User): Actor => ({ id: user.id, address: SOMEBODY.address, agent: 'test' })

async function tables({ store, trail }: AccountScene): Promise<string> {
  const users = await store.db.selectFrom('users').selectAll().execute()
  return JSON.stringify([users, trail.entries()])
}

test('a person who was added can sign in with any spelling of the address, and the password is stored nowhere', async () => {
  await using at = await openAccounts()
  const user = await at.accounts.add(' Ann@Example.org ', GOOD, ['admin', 'member'], OPERATOR)
  assert.deepEqual(await at.accounts.signIn('aNN@example.org', GOOD, SOMEBODY), { user })
  assert.deepEqual(await at.accounts.byEmail(ANN), user)
  assert.deepEqual(await at.accounts.list(), [user])
  assert.ok(!(await tables(at)).includes(GOOD))
})

test('one address has one account, also when it is added ten times at once', async () => {
  await using at = await openAccounts()
  const adding = Array.from({ length: 10 }, (_, i) =>
    at.accounts.add(i % 2 ? ANN : ANN.toUpperCase(), undefined, [], OPERATOR),
  )
  const results = await Promise.allSettled(adding)
  const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason.code)
  assert.deepEqual(refused, Array(9).fill('accounts.exists'))
  assert.equal(at.trail.entries().length, 1)
})

test('refuses what is not a bounded ASCII address', async () => {
  await using at = await openAccounts()
  const bad = ['', 'ann', '@', 'ann@', '@example.org', 'a b@example.org', 'ann@exam ple.org', 'ann@example.org\0']
  bad.push('ann@example.org\nx', 'ann@-example.org', 'ann@@example.org', 'a\u0131n@example.org', 'ann@ex\u00e4mple.org')
  bad.push(`${'a'.repeat(65)}@example.org`, `ann@${'a.'.repeat(125)}org`, '<ann@example.org>', 'ann@example.org,b@c.d')
  for (const email of bad) {
    await assert.rejects(at.accounts.add(email, undefined, [], OPERATOR), { code: 'accounts.email' }, email)
  }
})

test('refuses roles that no rule could ask for', async () => {
  await using at = await openAccounts()
  for (const role of ['', 'Admin', 'a"b', 'a b', 'a'.repeat(65)]) {
    await assert.rejects(at.accounts.add(ANN, undefined, [role], OPERATOR), { code: 'accounts.role' }, role)
  }
})

test('refuses weak passwords, and says why and what helps', async () => {
  await using at = await openAccounts()
  const weak = ['', 'short', 'password1234', 'aaaaaaaaaaaaaaaa', 'ann@example.org', `${GOOD}\0`, 'x'.repeat(1025)]
  weak.push(`\ud800${GOOD}`, `\ud83d\ude00`.repeat(11))
  for (const password of weak) {
    await assert.rejects(
      at.accounts.add(ANN, password, [], OPERATOR),
      (error: { code: string; message: string; hint: string }) =>
        error.code === 'accounts.weak' && error.message.length > 5 && error.hint.length > 5,
      JSON.stringify(password.slice(0, 20)),
    )
  }
  assert.deepEqual(await at.accounts.list(), [])
})

test('takes a password of 1024 characters, and tells it from one that differs in the last', async () => {
  await using at = await openAccounts()
  const long = Array.from({ length: 64 }, (_, i) => `${GOOD.slice(0, 12)}${String(i).padStart(4, '0')}`).join('')
  assert.equal(long.length, 1024)
  await at.accounts.add(ANN, long, [], OPERATOR)
  assert.ok('user' in (await at.accounts.signIn(ANN, long, SOMEBODY)))
  assert.deepEqual(await at.accounts.signIn(ANN, `${long.slice(0, -1)}x`, SOMEBODY), { refused: 'wrong' })
})

test('a password may be written composed or decomposed, as keyboards differ', async () => {
  await using at = await openAccounts()
  await at.accounts.add(ANN, `${GOOD}-\u00e9`, [], OPERATOR)
  assert.ok('user' in (await at.accounts.signIn(ANN, `${GOOD}-e\u0301`, SOMEBODY)))
})

test('unknown people, people without a password and impossible passwords get the same answer as a wrong one', async () => {
  await using at = await openAccounts()
  await at.accounts.add(ANN, GOOD, [], OPERATOR)
  await at.accounts.add('bob@example.org', undefined, [], OPERATOR)
  const tries: [string, string][] = [
    [ANN, BETTER],
    [ANN, ''],
    [ANN, `${GOOD}\0`],
    [ANN, GOOD.repeat(200)],
  ]
  tries.push(['nobody@example.org', GOOD], ['bob@example.org', ''], ['', ''], ['x'.repeat(100_000), GOOD])
  for (const [email, password] of tries) {
    assert.deepEqual(await at.accounts.signIn(email, password, SOMEBODY), { refused: 'wrong' }, email.slice(0, 30))
  }
})

test('the time of an answer does not tell whether an account exists', async () => {
  await using at = await openAccounts({
    pair: { failures: 999, seconds: 60 },
    address: { failures: 999, seconds: 60 },
    account: { failures: 999, seconds: 60 },
    device: { failures: 999, seconds: 60 },
  })
  await at.accounts.add(ANN, GOOD, [], OPERATOR)
  const times: [number[], number[]] = [[], []]
  for (let i = 0; i < 18; i++) {
    const start = performance.now()
    await at.accounts.signIn(i % 2 ? ANN : 'nobody@example.org', BETTER, SOMEBODY)
    times[i % 2 ? 0 : 1].push(performance.now() - start)
  }
  const [known, unknown] = times.map((list) => list.toSorted((a, b) => a - b)[4]!)
  // Without the work for nobody this would be below 0.1.
  assert.ok(unknown! / known! > 0.5 && unknown! / known! < 2, `${known} ms and ${unknown} ms`)
})

test('a new password ends all sessions, and the old one is worth nothing', async () => {
  await using at = await openAccounts()
  const user = await at.accounts.add(ANN, GOOD, [], OPERATOR)
  await at.accounts.changePassword(user, GOOD, BETTER, asUser(user))
  assert.deepEqual(at.ended, [{ user: user.id, told: true }])
  assert.deepEqual(await at.accounts.signIn(ANN, GOOD, SOMEBODY), { refused: 'wrong' })
  assert.ok('user' in (await at.accounts.signIn(ANN, BETTER, SOMEBODY)))
})

test('a new password needs the current one and must be strong and different', async () => {
  await using at = await openAccounts()
  const user = await at.accounts.add(ANN, GOOD, [], OPERATOR)
  const change = (current: string, next: string) => at.accounts.changePassword(user, current, next, asUser(user))
  await assert.rejects(change(BETTER, BETTER), { code: 'accounts.wrong' })
  await assert.rejects(change(GOOD, 'password1234'), { code: 'accounts.weak' })
  await assert.rejects(change(GOOD, GOOD), { code: 'accounts.weak' })
  assert.deepEqual(at.ended, [])
  assert.ok('user' in (await at.accounts.signIn(ANN, GOOD, SOMEBODY)))
})

test('of two changes of a password at once, one counts and the other one fails', async () => {
  await using at = await openAccounts()
  const user = await at.accounts.add(ANN, GOOD, [], OPERATOR)
  const changes = [BETTER, `${BETTER}-2`].map((next) => at.accounts.changePassword(user, GOOD, next, asUser(user)))
  const results = await Promise.allSettled(changes)
  assert.deepEqual(results.map((result) => result.status).sort(), ['fulfilled', 'rejected'])
})

test('a hash of an older cost is replaced at the next sign-in', async () => {
  await using at = await openAccounts()
  const user = await at.accounts.add(ANN, GOOD, [], OPERATOR)
  const old = hashPassword(GOOD, { memory: 8_192, passes: 1, parallelism: 1 })
  await at.store.db.updateTable('users').set({ password: old }).execute()
  assert.deepEqual(await at.accounts.signIn(ANN, GOOD, SOMEBODY), { user })
  const row = await at.store.db.selectFrom('users').select('password').executeTakeFirstOrThrow()
  assert.match(row.password!, /m=19456,t=2,p=1/)
  assert.deepEqual(await at.accounts.signIn(ANN, GOOD, SOMEBODY), { user })
})

test('a flood of sign-ins is answered as busy, and is not counted as wrong passwords', async () => {
  await using at = await openAccounts()
  await at.accounts.add(ANN, GOOD, [], OPERATOR)
  const waiting = Array.from({ length: 64 }, () => at.hasher.verify(null, 'x').catch(() => undefined))
  for (let i = 0; i < 12; i++) assert.deepEqual(await at.accounts.signIn(ANN, GOOD, SOMEBODY), { refused: 'busy' })
  await Promise.all(waiting)
  assert.ok('user' in (await at.accounts.signIn(ANN, GOOD, SOMEBODY)))
})

test('refused sign-ins are one entry with counts, and name nobody', async () => {
  await using at = await openAccounts()
  for (const email of [ANN, ANN, 'bob@example.org']) await at.accounts.signIn(email, GOOD, SOMEBODY)
  await at.accounts.close()
  const [entry, ...more] = at.trail.entries()
  assert.deepEqual(more, [])
  assert.deepEqual(entry?.data, { wrong: 3, throttled: 0, busy: 0, accounts: 2, addresses: 1 })
  assert.ok(!JSON.stringify(entry).includes('example.org'))
})

test('e-mail addresses are in the audit log as personal data of their owner alone', async () => {
  await using at = await openAccounts()
  const user = await at.accounts.add(ANN, GOOD, [], { id: 'boss', address: '192.0.2.7', agent: 'x' })
  const [entry] = at.trail.entries()
  assert.deepEqual(
    { ...entry, id: '' },
    {
      id: '',
      event: 'accounts.added',
      actor: 'boss',
      target: user.id,
      subject: user.id,
      personal: { email: ANN },
    },
  )
})
