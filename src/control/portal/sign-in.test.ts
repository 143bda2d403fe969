import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { COOKIE_PREFIX } from '../../kernel/cookies.ts'
import { type Answer, holding, OPERATOR, openScene, PASSWORD, type Scene, SITES, STATE } from './scene.ts'

const ANN = { email: 'ann@example.org', password: PASSWORD }
const [APP] = SITES
const TO_APP = { site: 'app.example.org', return: '/boards/7?tab=a&b=%2f', state: STATE }

let scene: Scene
before(async () => {
  scene = await openScene()
  await scene.accounts.add('ann@example.org', PASSWORD, [], OPERATOR)
  await scene.accounts.add('bob@example.org', PASSWORD, ['moderator'], OPERATOR)
})
after(() => scene.close())

const query = (fields: Record<string, string>) => `/sign-in?${new URLSearchParams(fields)}`

test('brings a person who signed in back to the page of the site, with a code for that site and state only', async () => {
  const form = await scene.get(query(TO_APP))
  assert.equal(form.status, 200)
  assert.match(form.body, /to continue to <strong>app\.example\.org<\/strong>/)
  const { status, headers, cookie } = await scene.post('/sign-in', { ...ANN, ...TO_APP })
  assert.equal(status, 303)
  const location = new URL(headers.location!)
  assert.equal(location.origin + location.pathname, `${APP?.origin}/.castellan/callback`)
  assert.equal(location.searchParams.get('state'), STATE)
  const code = location.searchParams.get('code')!
  const redeemed = await scene.sessions.redeemCode({ code, site: TO_APP.site, state: STATE, address: '203.0.113.9' })
  assert.equal(redeemed?.returnTo, TO_APP.return)
  assert.equal(redeemed?.record.email, 'ann@example.org')
  assert.equal((await scene.sessions.portal(cookie!))?.user.email, 'ann@example.org')
})

test('the cookie is out of reach of scripts, sister hosts and plain HTTP', async () => {
  const { headers } = await scene.post('/sign-in', ANN)
  assert.match(
    headers['set-cookie']![0]!,
    /^__Host-Http-castellan-portal=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  )
  assert.match(
    headers['set-cookie']![1]!,
    /^__Host-Http-castellan-device=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=34560000$/,
  )
  assert.equal(headers['set-cookie']!.length, 2)
})

test('a browser that signed in before gets in although somebody at its address used up the tries', async () => {
  const person = { email: 'dora@example.org', password: PASSWORD }
  const user = await scene.accounts.add(person.email, PASSWORD, [], OPERATOR)
  const device = deviceOf(await scene.post('/sign-in', person))
  for (let tries = 0; tries < 11; tries += 1) await scene.post('/sign-in', { ...person, password: 'wrong' })
  assert.equal((await scene.post('/sign-in', person)).status, 429)
  const back = await scene.post('/sign-in', person, { cookie: device })
  assert.equal(back.status, 303)
  assert.notEqual(deviceOf(back), device)
  assert.equal((await scene.sessions.portal(back.cookie!))?.user.id, user.id)
  // It lets nobody in, and is set for nobody who did not get in.
  assert.equal((await scene.get('/account', { cookie: deviceOf(back) })).headers.location, '/sign-in')
  const wrong = await scene.post('/sign-in', { ...person, password: 'wrong' }, { cookie: deviceOf(back) })
  assert.deepEqual([wrong.status, wrong.headers['set-cookie']], [401, undefined])
})

function deviceOf({ headers }: Answer): string {
  return headers['set-cookie']![1]!.split(';')[0]!
}

test('without a site it ends at the account', async () => {
  const { status, headers, cookie } = await scene.post('/sign-in', { email: ' ANN@example.org ', password: PASSWORD })
  assert.deepEqual([status, headers.location], [303, '/account'])
  assert.equal((await scene.get('/sign-in', holding(cookie))).headers.location, '/account')
  assert.equal((await scene.get('/', holding(cookie))).headers.location, '/account')
  assert.equal((await scene.get('/')).headers.location, '/sign-in')
})

test('somebody who is signed in passes at once, with a new code each time', async () => {
  const { cookie } = await scene.post('/sign-in', ANN)
  const codes = new Set<string | null>()
  for (let visit = 0; visit < 3; visit += 1) {
    const { status, headers } = await scene.get(query(TO_APP), holding(cookie))
    assert.equal(status, 303)
    codes.add(new URL(headers.location!).searchParams.get('code'))
  }
  assert.equal(codes.size, 3)
})

test('says the same of a wrong password and of an account that is not there', async () => {
  const wrong = await scene.post('/sign-in', { ...TO_APP, email: 'ann@example.org', password: 'not this one at all' })
  const absent = await scene.post('/sign-in', { ...TO_APP, email: 'eve@example.org', password: 'not this one at all' })
  assert.deepEqual([wrong.status, absent.status], [401, 401])
  assert.equal(wrong.body.replaceAll('ann@', 'eve@'), absent.body)
  assert.deepEqual([wrong.cookie, absent.cookie], [undefined, undefined])
  assert.match(wrong.body, /role="alert"/)
  assert.ok(!wrong.body.includes('not this one at all'))
})

test('keeps the destination over a wrong password', async () => {
  const { body } = await scene.post('/sign-in', { ...TO_APP, email: 'ann@example.org', password: 'wrong' })
  assert.ok(body.includes('name="return" value="/boards/7?tab=a&amp;b=%2f"'))
  assert.ok(body.includes(`name="state" value="${STATE}"`))
})

test('F1: a token that was planted in the browser never becomes a signed-in one', async () => {
  const planted = 'p'.repeat(43)
  const { cookie } = await scene.post('/sign-in', ANN, holding(planted))
  assert.notEqual(cookie, planted)
  assert.equal(await scene.sessions.portal(planted), undefined)
})

test('F1: signing in again ends the session that this browser had, and its sessions on sites, also of another person', async () => {
  const first = await scene.post('/sign-in', { ...ANN, ...TO_APP })
  const code = new URL(first.headers.location!).searchParams.get('code')!
  const child = await scene.sessions.redeemCode({ code, site: TO_APP.site, state: STATE, address: '203.0.113.9' })
  const second = await scene.post('/sign-in', { ...ANN, email: 'bob@example.org' }, holding(first.cookie))
  assert.notEqual(second.cookie, first.cookie)
  assert.equal(await scene.sessions.portal(first.cookie!), undefined)
  const alive = await scene.sessions.snapshot()
  assert.ok(!alive.some(({ id }) => id === child?.record.id))
  assert.equal((await scene.sessions.portal(second.cookie!))?.user.email, 'bob@example.org')
})

test('takes two cookies of its name, and one of another form, for none', async () => {
  const { cookie } = await scene.post('/sign-in', ANN)
  const own = `${COOKIE_PREFIX}-portal`
  for (const header of [
    `${own}=${cookie}; ${own}=${cookie}`,
    `${own}=x; ${own}=${cookie}`,
    `${own}=${cookie}x`,
    `${own}=`,
  ]) {
    assert.equal((await scene.get('/account', { cookie: header })).headers.location, '/sign-in', header)
  }
  assert.equal((await scene.get('/account', holding(cookie))).status, 200)
})

test('F7: a destination that is not a page of a configured site is refused before and after the password', async () => {
  const bad: Record<string, string>[] = [
    { ...TO_APP, site: 'evil.example' },
    { ...TO_APP, site: 'app.example.org.evil.example' },
    { ...TO_APP, site: 'app.example.org:8443' },
    { ...TO_APP, site: 'APP.example.org' },
    { ...TO_APP, site: 'evil.example/app.example.org' },
    { ...TO_APP, site: '' },
    { ...TO_APP, state: '' },
    { ...TO_APP, state: `${STATE}x` },
    { ...TO_APP, state: `${'s'.repeat(42)}&` },
    { ...TO_APP, return: 'https://evil.example/' },
    { ...TO_APP, return: '//evil.example' },
    { ...TO_APP, return: '/\\evil.example' },
    { ...TO_APP, return: '/..//evil.example' },
    { ...TO_APP, return: '/%2f/evil.example' },
    { ...TO_APP, return: '/\t/evil.example' },
  ]
  const { cookie } = await scene.post('/sign-in', ANN)
  for (const fields of bad) {
    for (const answer of [
      await scene.get(query(fields)),
      await scene.get(query(fields), holding(cookie)),
      await scene.post('/sign-in', { ...ANN, ...fields }),
    ]) {
      assert.equal(answer.status, 400, JSON.stringify(fields))
      assert.equal(answer.headers.location, undefined)
      assert.equal(answer.cookie, undefined)
    }
  }
})

test('a parameter that is there twice, or is not known, is refused', async () => {
  for (const extra of ['&site=files.example.org', '&return=/', '&redirect_uri=https://evil.example']) {
    assert.equal((await scene.get(query(TO_APP) + extra)).status, 400, extra)
  }
})

test('throttles, and says when to come back', async () => {
  let last = await scene.post('/sign-in', { email: 'victim@example.org', password: 'wrong' })
  for (let more = 0; more < 12 && last.status === 401; more += 1) {
    last = await scene.post('/sign-in', { email: 'victim@example.org', password: 'wrong' })
  }
  assert.equal(last.status, 429)
  assert.ok(Number(last.headers['retry-after']) > 0)
  assert.match(last.body, /Wait \d+ (seconds|minutes)/)
})

test('says that it is busy when too many sign in at once', async () => {
  const crowded = await openScene({ queue: 0 })
  try {
    const { status, headers, cookie } = await crowded.post('/sign-in', ANN)
    assert.deepEqual([status, headers['retry-after'], cookie], [503, '5', undefined])
  } finally {
    await crowded.close()
  }
})

test('nothing of this was unexpected', () => assert.deepEqual(scene.logged, []))
