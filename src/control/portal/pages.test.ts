import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Answer, FORM, holding, OPERATOR, openScene, PASSWORD, type Scene, STATE } from './scene.ts'

let scene: Scene
let token: string
before(async () => {
  scene = await openScene()
  const ann = await scene.accounts.add('ann@example.org', PASSWORD, ['moderator'], OPERATOR)
  token = (await scene.sessions.startPortal(ann, OPERATOR)).token
})
after(() => scene.close())

const to = (site: string) => ({ site, return: '/', state: STATE })
const signIn = (site: string) => `/sign-in?${new URLSearchParams(to(site))}`

/** One answer of each kind, by what it is. */
function everyAnswer(): Record<string, Promise<Answer>> {
  return {
    'sign-in form': scene.get('/sign-in'),
    'sign-in form of a site': scene.get(signIn('app.example.org')),
    'wrong password': scene.post('/sign-in', { email: 'a@example.org', password: 'x' }),
    'redirect with a code': scene.get(signIn('app.example.org'), holding(token)),
    'redirect with a cookie': scene.post('/sign-in', { email: 'ann@example.org', password: PASSWORD }),
    'setup form': scene.post('/setup', { secret: 'x', email: 'a@b.c', password: 'a', 'password-again': 'b' }),
    'void setup link': scene.get('/setup?secret=x'),
    account: scene.get('/account', holding(token)),
    'sign-out': scene.get('/sign-out', holding(token)),
    'signed out': scene.get('/sign-out'),
    'no such page': scene.get('/nowhere'),
    'wrong method': scene.send('PUT', '/account'),
    'bad destination': scene.get('/sign-in?site=evil.example'),
    'foreign write': scene.post('/sign-out', {}, { origin: 'null' }),
    'wrong host': scene.get('/', { host: 'evil.example' }),
    'fault of ours': scene.get('/', { 'x-forwarded-for': '' }),
  }
}

test('every answer, also a redirect and an error, has the strict headers', async () => {
  for (const [what, answer] of Object.entries(everyAnswer())) {
    const { headers } = await answer
    const csp = headers['content-security-policy'] as string
    assert.match(csp, /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'/, what)
    assert.match(csp, /; frame-ancestors 'none'; base-uri 'none'$/, what)
    assert.equal(headers['referrer-policy'], 'same-origin', what)
    assert.equal(headers['x-content-type-options'], 'nosniff', what)
    assert.equal(headers['cache-control'], 'no-store', what)
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', what)
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', what)
    assert.equal(headers['access-control-allow-origin'], undefined, what)
  }
})

test('every page has a language, a title, one heading, no script, and no style but the one that is allowed', async () => {
  for (const [what, answer] of Object.entries(everyAnswer())) {
    const { headers, body, status } = await answer
    if (status === 303) continue
    assert.match(body, /^<!doctype html>\n<html lang="en">/, what)
    assert.match(body, /<title>[^<]{3,}<\/title>/, what)
    assert.equal(body.match(/<h1>/g)?.length, 1, what)
    assert.doesNotMatch(body, /<script|javascript:|\son\w+=|\sstyle=|<img|<link|<iframe|@import|url\(/i, what)
    const styles = [...body.matchAll(/<style>([^<]*)<\/style>/g)]
    assert.equal(styles.length, 1, what)
    const digest = createHash('sha256').update(styles[0]![1]!).digest('base64')
    assert.ok((headers['content-security-policy'] as string).includes(`'sha256-${digest}'`), what)
  }
})

test('every input that is seen has a label, and tells password managers what it is', async () => {
  const setup = `/setup?secret=${await scene.accounts.newSetupSecret()}`
  for (const { body } of [
    await scene.get('/sign-in'),
    await scene.get(setup),
    await scene.get('/account', holding(token)),
  ]) {
    const inputs = [...body.matchAll(/<input id="([\w-]+)"[^>]*>/g)]
    assert.ok(inputs.length >= 2)
    for (const [input, id] of inputs) {
      assert.ok(body.includes(`<label for="${id}">`), input)
      assert.match(input, /autocomplete="(username|current-password|new-password)"/)
    }
  }
})

test('a sign-in for a site may end wherever the application sends its visitor, every other form at the portal alone', async () => {
  const targets = ({ headers }: Answer) => /form-action ([^;]*)/.exec(headers['content-security-policy'] as string)?.[1]
  assert.equal(targets(await scene.get(signIn('files.example.org'))), "'self' https:")
  assert.equal(targets(await scene.get('/sign-in')), "'self'")
  assert.equal(targets(await scene.get('/account', holding(token))), "'self'")
})

const PAYLOADS = [
  '"><svg/onload=alert(1)>',
  "'><script>alert(1)</script>",
  '</title><script>alert(1)</script>',
  '</style><img src=x onerror=alert(1)>',
  '&quot;><b>&lt;script&gt;',
]

/** Whether the payload stands in the page as it is, and not as text. */
const isAlive = (body: string, payload: string) =>
  body.includes(payload) || /<(svg|script|img|b)\b(?! class="mark")/.test(body)

test('shows whatever it is sent as text, in every place where it shows anything', async () => {
  for (const payload of PAYLOADS) {
    const answers = [
      await scene.post('/sign-in', { email: payload, password: payload, ...to('app.example.org') }),
      await scene.post('/sign-in', {
        email: 'a@b.c',
        password: 'x',
        ...to('app.example.org'),
        return: `/?q=${encodeURIComponent(payload)}`,
      }),
      await scene.get(`/sign-in?${new URLSearchParams({ ...to('app.example.org'), return: `/${payload}` })}`),
      await scene.get(`/sign-in?site=${encodeURIComponent(payload)}`),
      await scene.get(`/setup?secret=${encodeURIComponent(payload)}`),
      await scene.post('/setup', { secret: payload, email: payload, password: 'a', 'password-again': 'b' }),
      await scene.get(`/${encodeURIComponent(payload)}`),
      await scene.get(`/account?done=${encodeURIComponent(payload.slice(0, 16))}`, holding(token)),
      await scene.get('/nowhere', { 'x-request-id': payload }),
      await scene.get('/sign-in', { 'user-agent': payload, referer: payload }),
      await scene.post('/account/sessions/end', { id: payload }, holding(token)),
      await scene.post(
        '/account/password',
        { 'current-password': payload, password: payload, 'password-again': `${payload}!` },
        holding(token),
      ),
    ]
    for (const [index, { body, headers }] of answers.entries()) {
      assert.ok(!isAlive(body, payload), `answer ${index} to ${payload}: ${body.slice(body.indexOf('<main>'), 2_000)}`)
      assert.ok(!JSON.stringify(headers).includes(payload), `headers of answer ${index}`)
    }
  }
})

test('shows a person’s address and roles as text, too', async () => {
  const odd = "o'&{}`*+/=?^|~$!%#-_@example.org"
  const user = await scene.accounts.add(odd, undefined, [], OPERATOR)
  const own = await scene.sessions.startPortal(user, OPERATOR)
  const { body } = await scene.get('/account', holding(own.token))
  assert.ok(body.includes('o&#39;&amp;{}`'))
  assert.ok(!body.includes(odd))
})

test('refuses bodies that are no form, are encoded, too large, or have a field twice', async () => {
  const form = 'email=a%40b.c&password=x'
  const cases: [status: number, headers: Record<string, string>, body: string][] = [
    [415, { 'content-type': 'application/json' }, '{"email":"a@b.c","password":"x"}'],
    [415, { 'content-type': 'text/plain' }, form],
    [415, { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
    [415, { 'content-type': '' }, form],
    [415, { 'content-encoding': 'gzip' }, form],
    [413, {}, `email=${'a'.repeat(16_384)}`],
    [400, {}, `${form}&email=eve%40b.c`],
    [400, {}, `${form}&role=admin`],
    [400, {}, `email=${'a'.repeat(255)}&password=x`],
    [400, {}, 'email=%ff&password=x'],
  ]
  for (const [status, headers, body] of cases) {
    const answer = await scene.send('POST', '/sign-in', { ...FORM, ...headers }, body)
    assert.equal(answer.status, status, `${JSON.stringify(headers)} ${body.slice(0, 60)}`)
  }
})

test('shows a fault of ours as a request id, and tells the log what it was', async () => {
  scene.logged.length = 0
  const { status, body } = await scene.get('/sign-in', { 'x-forwarded-for': '' })
  assert.equal(status, 500)
  assert.ok(body.includes('req-0123456789'))
  assert.ok(!body.includes('the edge did not say'))
  assert.match(String(scene.logged), /the edge did not say/)
})
