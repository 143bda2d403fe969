import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Headers, holding, OPERATOR, openScene, PASSWORD, PORTAL, type Scene } from './scene.ts'

let scene: Scene
let token: string
before(async () => {
  scene = await openScene()
  const ann = await scene.accounts.add('ann@example.org', PASSWORD, [], OPERATOR)
  token = (await scene.sessions.startPortal(ann, OPERATOR)).token
})
after(() => scene.close())

const ANN = { email: 'ann@example.org', password: PASSWORD }

/** Every write with a form that would work if it came from a page of the portal. */
const WRITES: [path: string, fields: Record<string, string>][] = [
  ['/sign-in', ANN],
  ['/setup', { secret: 'x'.repeat(43), ...ANN, 'password-again': PASSWORD }],
  [
    '/account/password',
    { 'current-password': PASSWORD, password: 'another lantern', 'password-again': 'another lantern' },
  ],
  ['/account/sessions/end', { id: 'x' }],
  ['/sign-out', {}],
]

/** Empty: not sent. */
const FOREIGN: [what: string, headers: Headers][] = [
  ['neither header', { origin: '' }],
  ['Origin null', { origin: 'null' }],
  ['Origin null, though the browser says same-origin', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
  ['another site', { origin: 'https://evil.example' }],
  ['a site behind this gate', { origin: 'https://app.example.org' }],
  ['a site behind this gate, same-site', { origin: 'https://app.example.org', 'sec-fetch-site': 'same-site' }],
  ['a sister host without Origin', { origin: '', 'sec-fetch-site': 'same-site' }],
  ['another site without Origin', { origin: '', 'sec-fetch-site': 'cross-site' }],
  ['the address bar without Origin', { origin: '', 'sec-fetch-site': 'none' }],
  ['a foreign Origin that says same-origin', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
  ['another scheme', { origin: 'http://auth.example.org' }],
  ['another port', { origin: `${PORTAL}:8443` }],
  ['the default port written out', { origin: `${PORTAL}:443` }],
  ['a path', { origin: `${PORTAL}/` }],
  ['upper case', { origin: 'https://AUTH.example.org' }],
  ['a longer name', { origin: `${PORTAL}.evil.example` }],
  ['two origins', { origin: `${PORTAL}, https://evil.example` }],
  ['a Referer alone', { origin: '', referer: `${PORTAL}/sign-in` }],
]

for (const [what, headers] of FOREIGN) {
  test(`refuses every write with ${what}`, async () => {
    for (const [path, fields] of WRITES) {
      const { status, body, cookie } = await scene.post(path, fields, { ...holding(token), ...headers })
      assert.equal(status, 403, path)
      assert.equal(cookie, undefined)
      assert.ok(body.includes('req-0123456789'))
    }
    assert.ok(await scene.sessions.portal(token))
  })
}

test('takes writes from its own pages, by Origin, and by Sec-Fetch-Site where a browser sends no Origin', async () => {
  const own: Headers[] = [{}, { 'sec-fetch-site': 'same-origin' }, { origin: '', 'sec-fetch-site': 'same-origin' }]
  for (const headers of own) assert.equal((await scene.post('/sign-in', ANN, headers)).status, 303)
})

test('never writes at a GET or HEAD, whoever sends it', async () => {
  const before = scene.entries.length
  for (const [path, fields] of WRITES) {
    for (const method of ['GET', 'HEAD']) {
      await scene.send(method, `${path}?${new URLSearchParams(fields)}`, holding(token))
    }
  }
  assert.equal(scene.entries.length, before)
  assert.ok(await scene.sessions.portal(token))
})

test('knows GET, HEAD and POST alone', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
    assert.equal((await scene.send(method, '/account', holding(token))).status, 405, method)
  }
  assert.equal((await scene.post('/account', {}, holding(token))).status, 405)
  assert.equal((await scene.get('/account/password', holding(token))).status, 405)
})

test('H8: answers under its own name only, so that a rebound name is no way in', async () => {
  for (const host of ['evil.example', '127.0.0.1', 'localhost', 'auth.example.org.evil.example', 'auth.example.org.']) {
    const rebound = { host, 'x-forwarded-host': host, origin: `https://${host}` }
    assert.equal((await scene.get('/account', { ...holding(token), ...rebound })).status, 421, host)
    assert.equal((await scene.post('/sign-out', {}, { ...holding(token), ...rebound })).status, 421, host)
    assert.equal((await scene.get('/account', { ...holding(token), host })).status, 421, host)
    assert.equal((await scene.get('/account', { ...holding(token), 'x-forwarded-host': host })).status, 421, host)
  }
  assert.ok(await scene.sessions.portal(token))
})

test('answers nobody when the edge does not say who asks', async () => {
  for (const address of ['', '203.0.113.9, 198.51.100.1', 'unknown', '0177.1']) {
    assert.equal((await scene.get('/sign-in', { 'x-forwarded-for': address })).status, 500)
  }
})
