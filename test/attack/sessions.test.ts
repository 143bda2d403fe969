import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { loginState } from '../../src/kernel/login-state.ts'
import { Browser, type Page } from '../helpers/browserless.ts'
import { hostOf, type Installation, PASSWORD, type SiteName, startInstallation } from '../helpers/installation.ts'
import { crossSite } from './cases/cross-site.ts'
import { foreignSites, returnTargets } from './cases/return-targets.ts'
import { runTable } from './table.ts'

const SESSION = '__Host-Http-castellan'
const PRE_LOGIN = `${SESSION}-pre`
const PORTAL = `${SESSION}-portal`

let installation: Installation
before(async () => {
  installation = await startInstallation()
})
after(() => installation[Symbol.asyncDispose]())

const url = (site: string, target: string) => new URL(target, installation.origin(site))
const isCallback = ({ headers }: Page) => (headers.location ?? '').includes('/.castellan/callback')

/** Signs in up to the redirect that carries the code, and no further. */
async function codeFor(browser: Browser, site: SiteName): Promise<URL> {
  const form = await browser.go(url(site, '/mine'), {}, isCallback)
  const page = isCallback(form)
    ? form
    : await browser.submit(form, { email: 'ann@example.org', password: PASSWORD }, isCallback)
  assert.ok(isCallback(page), `${page.status} ${page.body.slice(0, 200)}`)
  return new URL(page.headers.location!, page.at)
}

const token = (browser: Browser, host: string, name: string) => browser.cookies.get(host)?.get(name)

test('F1: a session that was planted before the sign-in is worth nothing after it', async () => {
  using browser = new Browser(installation.gate.port)
  const planted = 'A'.repeat(43)
  browser.cookies.set(hostOf('app'), new Map([[SESSION, planted]]))
  browser.cookies.set(hostOf('auth'), new Map([[PORTAL, planted]]))
  await installation.signIn(browser, 'member', 'app')
  assert.notEqual(token(browser, hostOf('app'), SESSION), planted)
  assert.notEqual(token(browser, hostOf('auth'), PORTAL), planted)
  using thief = new Browser(installation.gate.port)
  thief.cookies.set(hostOf('app'), new Map([[SESSION, planted]]))
  assert.equal((await thief.once(url('app', '/mine'))).status, 303)
})

test('F1: every sign-in makes other secrets, and no secret is in an address of the site but the code', async () => {
  const seen = new Set<string>()
  for (let round = 0; round < 2; round++) {
    using browser = new Browser(installation.gate.port)
    await installation.signIn(browser, 'member', 'app')
    for (const [host, name] of [
      ['app', SESSION],
      ['auth', PORTAL],
    ] as const)
      seen.add(token(browser, hostOf(host), name)!)
  }
  assert.equal(seen.size, 4)
  const text = JSON.stringify(installation.log())
  for (const secret of seen) assert.ok(!text.includes(secret))
})

test('F6: a code works once, at its site, in the browser that asked for it', async () => {
  using browser = new Browser(installation.gate.port)
  const stolen = await codeFor(browser, 'app')
  using thief = new Browser(installation.gate.port)
  thief.cookies.set(hostOf('app'), new Map([[PRE_LOGIN, randomBytes(32).toString('base64url')]]))
  assert.equal((await thief.once(stolen)).status, 400, 'another browser')
  assert.equal((await browser.once(stolen)).status, 400, 'it is used up by the attempt')

  const elsewhere = await codeFor(browser, 'app')
  browser.cookies.set(hostOf('shop'), new Map([[PRE_LOGIN, token(browser, hostOf('app'), PRE_LOGIN)!]]))
  assert.equal((await browser.once(url('shop', elsewhere.pathname + elsewhere.search))).status, 400, 'another site')
  assert.equal((await browser.once(elsewhere)).status, 400, 'it is used up by that attempt, too')

  const good = await codeFor(browser, 'app')
  const kept = token(browser, hostOf('app'), PRE_LOGIN)!
  assert.equal((await browser.once(good)).status, 303)
  browser.cookies.get(hostOf('app'))!.set(PRE_LOGIN, kept)
  assert.equal((await browser.once(good)).status, 400, 'twice')
  assert.equal((await browser.once(good, { method: 'POST' })).status, 400, 'by POST')
})

test('F6: nobody can sign another person in as himself: without the cookie of the start, no code is taken', async () => {
  using attacker = new Browser(installation.gate.port)
  const code = await codeFor(attacker, 'app')
  using victim = new Browser(installation.gate.port)
  assert.equal((await victim.once(code)).status, 400)
  assert.equal(token(victim, hostOf('app'), SESSION), undefined)
})

test(`F7: a sign-in leads to no other place (${returnTargets.length} targets, ${foreignSites.length} sites)`, async () => {
  using browser = new Browser(installation.gate.port)
  await installation.signIn(browser, 'member', 'app')
  const nonce = randomBytes(32).toString('base64url')
  const ask = (site: string, to: string) =>
    browser.once(url('auth', `/sign-in?${new URLSearchParams({ site, return: to, state: loginState(nonce) })}`))
  for (const target of returnTargets) {
    const page = await ask(hostOf('app'), target)
    assert.equal(page.headers.location, undefined, `${target}: ${page.headers.location}`)
    assert.ok(page.status >= 400, target)
  }
  for (const site of foreignSites) {
    const { status, headers } = await ask(site, '/')
    assert.ok(status >= 400 && headers.location === undefined, `${site}: ${status} ${headers.location}`)
  }
  for (const to of [
    'https://evil.example/',
    '//evil.example',
    'https://shop.localhost/',
    `https://app.localhost:${installation.gate.port}@evil.example/`,
    'javascript:alert(1)',
    '',
  ]) {
    for (const path of ['start', 'continue']) {
      const page = await browser.once(url('app', `/.castellan/${path}?to=${encodeURIComponent(to)}`))
      assert.equal(page.headers.location, undefined, `${path} ${to}: ${page.headers.location}`)
    }
  }
})

test('F11: a session of one site is none at another, nor at the portal', async () => {
  for (const [from, to] of [
    ['app', 'wiki'],
    ['wiki', 'app'],
    ['app', 'shop'],
    ['app', 'auth'],
  ] as const) {
    using browser = new Browser(installation.gate.port)
    const stolen = installation.cookie('admin', from === 'app' ? 'app' : 'wiki').split('=')[1]!
    browser.cookies.set(
      hostOf(to),
      new Map([
        [SESSION, stolen],
        [PORTAL, stolen],
      ]),
    )
    const page = await browser.once(url(to, to === 'auth' ? '/account' : '/admin'))
    assert.ok(page.status === 303 || page.status === 403, `${from} to ${to}: ${page.status}`)
    assert.doesNotMatch(page.body, /root@example\.org/)
  }
})

test('F13: a page of another site opens no WebSocket and writes nothing with the cookie of a person', async (t) => {
  await runTable(t, installation, crossSite)
})

test('F14: the portal says the same of an account that is not there', async () => {
  const bodies = new Set<string>()
  for (const email of ['ann@example.org', 'nobody@example.org']) {
    using browser = new Browser(installation.gate.port, '127.0.0.14')
    const form = await browser.go(url('app', '/mine'))
    const { status, body } = await browser.submit(form, { email, password: 'not-the-password-of-anybody' })
    assert.equal(status, 401)
    bodies.add(body.replaceAll(email, '').replace(/value="[\w-]{43}"/g, ''))
  }
  assert.equal(bodies.size, 1)
})

test('no edge was harmed', () => installation.expectUnharmed())
