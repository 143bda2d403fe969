import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { User } from '../services.ts'
import { holding, OPERATOR, openScene, PASSWORD, type Scene, STATE } from './scene.ts'

const NEXT = 'violin gravel Tuesday heron'

let scene: Scene
let ann: User
let bob: User
before(async () => {
  scene = await openScene()
  ann = await scene.accounts.add('ann@example.org', PASSWORD, ['admin', 'moderator'], OPERATOR)
  bob = await scene.accounts.add('bob@example.org', PASSWORD, [], OPERATOR)
})
after(() => scene.close())

/** A browser of this person with a session on a site. */
async function browser(user: User, site = 'app.example.org') {
  const { token, session } = await scene.sessions.startPortal(user, OPERATOR)
  const code = await scene.sessions.issueCode({ portal: session.id, site, state: STATE, returnTo: '/' })
  const child = await scene.sessions.redeemCode({ code, site, state: STATE, address: '203.0.113.9' })
  return { token, id: session.id, child: child!.record.id }
}

const alive = async () => new Set((await scene.sessions.list()).map(({ id }) => id))

test('shows who I am, my roles, my sessions and no others, and marks the one I look with', async () => {
  const [mine, elsewhere, foreign] = [await browser(ann), await browser(ann, 'files.example.org'), await browser(bob)]
  const { status, body } = await scene.get('/account', holding(mine.token))
  assert.equal(status, 200)
  for (const text of ['ann@example.org', '>admin<', '>moderator<', 'https://files.example.org:8443/']) {
    assert.ok(body.includes(text), text)
  }
  for (const id of [mine.id, mine.child, elsewhere.id, elsewhere.child]) assert.ok(body.includes(`value="${id}"`))
  for (const text of [foreign.id, foreign.child, 'bob@', mine.token]) assert.ok(!body.includes(text))
  assert.equal(body.match(/you are here/g)?.length, 1)
  assert.ok(body.indexOf('you are here') < body.indexOf(`value="${mine.id}"`))
  assert.ok(body.indexOf(`value="${mine.id}"`) < body.indexOf(`value="${elsewhere.id}"`))
})

test('reads no sessions of others: a damaged row of somebody else is no matter here', async () => {
  const mine = await browser(ann)
  const eve = await scene.accounts.add('eve@example.org', PASSWORD, [], OPERATOR)
  const theirs = await browser(eve)
  await scene.store.db.updateTable('users').set({ roles: 'no JSON' }).where('id', '=', eve.id).execute()
  assert.equal((await scene.get('/account', holding(mine.token))).status, 200)
  const other = await browser(ann)
  const ended = await scene.post('/account/sessions/end', { id: other.id }, holding(mine.token))
  assert.equal(ended.headers.location, '/account?done=session')
  assert.equal((await scene.post('/account/sessions/end', { id: theirs.id }, holding(mine.token))).status, 404)
  await scene.store.db.deleteFrom('users').where('id', '=', eve.id).execute()
  assert.deepEqual(
    new Set((await scene.sessions.list({ user: bob.id })).map(({ subject }) => subject)),
    new Set([bob.id]),
  )
})

test('shows nothing to strangers, and lets them change nothing', async () => {
  for (const answer of [
    await scene.get('/account'),
    await scene.get('/account', holding('x'.repeat(43))),
    await scene.post('/account/password', { 'current-password': PASSWORD, password: NEXT, 'password-again': NEXT }),
    await scene.post('/account/sessions/end', { id: (await browser(ann)).id }),
  ]) {
    assert.deepEqual([answer.status, answer.headers.location, answer.body], [303, '/sign-in', ''])
  }
})

test('ends a session of mine, with those below it', async () => {
  const [mine, other] = [await browser(ann), await browser(ann)]
  const { status, headers } = await scene.post('/account/sessions/end', { id: other.id }, holding(mine.token))
  assert.deepEqual([status, headers.location], [303, '/account?done=session'])
  const left = await alive()
  assert.deepEqual([left.has(other.id), left.has(other.child), left.has(mine.id)], [false, false, true])
  assert.match(
    (await scene.get('/account?done=session', holding(mine.token))).body,
    /role="status">The session has ended/,
  )
})

test('ends the session of one site alone', async () => {
  const mine = await browser(ann)
  await scene.post('/account/sessions/end', { id: mine.child }, holding(mine.token))
  const left = await alive()
  assert.deepEqual([left.has(mine.child), left.has(mine.id)], [false, true])
})

test('F9: does not end the session of another person, and says the same as of one that is not there', async () => {
  const [mine, foreign] = [await browser(ann), await browser(bob)]
  const bodies = new Set<string>()
  for (const id of [foreign.id, foreign.child, 'no-such-session', '']) {
    const { status, body } = await scene.post('/account/sessions/end', { id }, holding(mine.token))
    assert.equal(status, 404)
    bodies.add(body)
  }
  assert.equal(bodies.size, 1)
  const left = await alive()
  assert.ok(left.has(foreign.id) && left.has(foreign.child))
})

test('ending the session I look with signs me out', async () => {
  const mine = await browser(ann)
  const { headers, cookie } = await scene.post('/account/sessions/end', { id: mine.id }, holding(mine.token))
  assert.deepEqual([headers.location, cookie], ['/sign-out', ''])
  assert.equal(await scene.sessions.portal(mine.token), undefined)
})

test('signs out by POST only, with the sessions on all sites of this browser, and no other browser', async () => {
  const [mine, other] = [await browser(ann), await browser(ann)]
  assert.match((await scene.get('/sign-out', holding(mine.token))).body, /Sign out\?/)
  assert.ok(await scene.sessions.portal(mine.token))
  const { status, headers, cookie } = await scene.post('/sign-out', {}, holding(mine.token))
  assert.deepEqual([status, headers.location, cookie], [303, '/sign-out', ''])
  assert.match(headers['set-cookie']![0]!, /; Max-Age=0$/)
  const left = await alive()
  assert.deepEqual([left.has(mine.id), left.has(mine.child), left.has(other.id)], [false, false, true])
  assert.match((await scene.get('/sign-out')).body, /You are signed out/)
})

test('a new password that does not fit is refused with the reason, and nothing changes', async () => {
  const mine = await browser(bob)
  const cases: [string, string, string, RegExp][] = [
    ['not the password', NEXT, NEXT, /current password is not right/],
    [PASSWORD, NEXT, `${NEXT}!`, /passwords differ/],
    [PASSWORD, 'short', 'short', /12 characters/],
    [PASSWORD, PASSWORD, PASSWORD, /password that you have now/],
  ]
  for (const [current, password, again, says] of cases) {
    const fields = { 'current-password': current, password, 'password-again': again }
    const { status, body, cookie } = await scene.post('/account/password', fields, holding(mine.token))
    assert.deepEqual([status, cookie], [422, undefined])
    assert.match(body, says)
    assert.ok(!body.includes(NEXT) && !body.includes(PASSWORD))
  }
  assert.ok(await scene.sessions.portal(mine.token))
})

test('F2: a new password ends every session of mine everywhere, and this browser gets a new one', async () => {
  const [mine, stolen, foreign] = [await browser(bob), await browser(bob), await browser(ann)]
  const fields = { 'current-password': PASSWORD, password: NEXT, 'password-again': NEXT }
  const { status, headers, cookie } = await scene.post('/account/password', fields, holding(mine.token))
  assert.deepEqual([status, headers.location], [303, '/account?done=password'])
  const left = await alive()
  for (const id of [mine.id, mine.child, stolen.id, stolen.child]) assert.ok(!left.has(id))
  assert.ok(left.has(foreign.id))
  assert.notEqual(cookie, mine.token)
  assert.equal((await scene.sessions.portal(cookie!))?.user.id, bob.id)
  assert.equal((await scene.post('/sign-in', { email: bob.email, password: PASSWORD })).status, 401)
  assert.equal((await scene.post('/sign-in', { email: bob.email, password: NEXT })).status, 303)
})

test('while nothing can be written down, changes answer 503 and hand out no session', async () => {
  const mine = await browser(ann)
  scene.audit.full = true
  try {
    const answers = [
      await scene.post('/sign-in', { email: ann.email, password: PASSWORD }),
      await scene.post(
        '/account/password',
        { 'current-password': PASSWORD, password: NEXT, 'password-again': NEXT },
        holding(mine.token),
      ),
    ]
    for (const { status, headers, cookie } of answers) {
      assert.deepEqual([status, headers['retry-after'], cookie], [503, '60', undefined])
    }
    assert.equal((await scene.get('/account', holding(mine.token))).status, 200)
  } finally {
    scene.audit.full = false
  }
  assert.equal((await scene.post('/sign-in', { email: ann.email, password: PASSWORD })).status, 303)
})

test('nothing of this was unexpected', () => assert.deepEqual(scene.logged, []))
