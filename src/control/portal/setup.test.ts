import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openScene, PASSWORD, type Scene } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await openScene()
})
after(() => scene.close())

const VOID = { status: 410, says: /castellan guard prints a new link/ }

function filled(secret: string, more: Record<string, string> = {}) {
  return { secret, email: 'ann@example.org', password: PASSWORD, 'password-again': PASSWORD, ...more }
}

test('a link that nobody made is void, and the page says how to get one', async () => {
  await scene.accounts.newSetupSecret()
  for (const path of ['/setup', '/setup?secret=', `/setup?secret=${'x'.repeat(43)}`]) {
    const { status, body } = await scene.get(path)
    assert.equal(status, VOID.status)
    assert.match(body, VOID.says)
  }
  assert.equal((await scene.post('/setup', filled('x'.repeat(43)))).status, 410)
  assert.deepEqual(await scene.accounts.list(), [])
})

test('looking at the link never uses it up', async () => {
  const secret = (await scene.accounts.newSetupSecret())!
  for (let look = 0; look < 5; look += 1) {
    assert.equal((await scene.get(`/setup?secret=${secret}`)).status, 200)
    assert.equal((await scene.send('HEAD', `/setup?secret=${secret}`)).status, 200)
  }
  assert.equal(await scene.accounts.isSetupSecret(secret), true)
})

test('a newer link voids the one before', async () => {
  const old = (await scene.accounts.newSetupSecret())!
  const secret = (await scene.accounts.newSetupSecret())!
  assert.equal((await scene.get(`/setup?secret=${old}`)).status, 410)
  assert.equal((await scene.post('/setup', filled(old))).status, 410)
  assert.equal((await scene.get(`/setup?secret=${secret}`)).status, 200)
})

test('a form that does not fit is shown again, with the reason and without the passwords', async () => {
  const secret = (await scene.accounts.newSetupSecret())!
  const cases: [{ email?: string; password?: string; 'password-again'?: string }, RegExp][] = [
    [{ 'password-again': `${PASSWORD}!` }, /passwords differ/],
    [{ password: 'Tr0ub4dor', 'password-again': 'Tr0ub4dor' }, /12 characters/],
    [{ password: 'aaaaaaaaaaaaaaaa', 'password-again': 'aaaaaaaaaaaaaaaa' }, /role="alert"/],
    [{ email: 'ann' }, /is not an e-mail address/],
  ]
  for (const [change, says] of cases) {
    const { status, body, cookie } = await scene.post('/setup', filled(secret, change))
    assert.equal(status, 422)
    assert.match(body, says)
    assert.match(body, new RegExp(`name="email"[^>]*value="${change.email ?? 'ann@example.org'}"`))
    assert.ok(!body.includes(change.password ?? PASSWORD))
    assert.equal(cookie, undefined)
  }
  assert.equal(await scene.accounts.isSetupSecret(secret), true)
  assert.deepEqual(await scene.accounts.list(), [])
})

test('of ten who race with one link exactly one becomes administrator, and then the link is void', async () => {
  const secret = (await scene.accounts.newSetupSecret())!
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => scene.post('/setup', filled(secret, { email: `racer${i}@example.org` }))),
  )
  const statuses = answers.map(({ status }) => status).sort()
  assert.deepEqual(statuses, [303, ...Array(9).fill(410)])
  const people = await scene.accounts.list()
  assert.equal(people.length, 1)
  assert.deepEqual(people[0]?.roles, ['admin'])
  const winner = answers.find(({ status }) => status === 303)
  assert.equal(winner?.headers.location, '/account')
  const { user } = (await scene.sessions.portal(winner?.cookie ?? ''))!
  assert.equal(user.email, people[0]?.email)
  assert.equal((await scene.get(`/setup?secret=${secret}`)).status, 410)
})

test('setup is closed for good once there is an administrator', async () => {
  assert.equal(await scene.accounts.newSetupSecret(), null)
  assert.equal((await scene.post('/setup', filled(''))).status, 410)
  assert.equal((await scene.post('/setup', filled('x'.repeat(43)))).status, 410)
  assert.deepEqual(scene.logged, [])
})
