import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sessions, User } from '../../control/services.ts'
import { hashSecret } from '../../store/secret.ts'
import { OPERATOR, openTestInstallation, SOMEBODY, type TestInstallation } from '../../store/test-installation.ts'
import { createSessions, type SessionService } from './control.ts'

const HOUR = 3_600_000
const SITE = 'app.example.org'

interface Scene extends TestInstallation {
  readonly sessions: SessionService
  readonly ann: User
  readonly bob: User
}

async function openScene(): Promise<Scene> {
  const at = await openTestInstallation()
  const sessions = createSessions({
    ...at,
    clock: () => at.now,
    settings: () => ({ idle: 12 * HOUR, absolute: 168 * HOUR }),
    publish: (change) => at.published.push(change),
    failed: (error) => at.failures.push(error),
  })
  return Object.assign(at, { sessions, ann: await addUser(at, 'ann'), bob: await addUser(at, 'bob') })
}

async function addUser({ store }: TestInstallation, id: string): Promise<User> {
  const email = `${id}@example.org`
  const row = { id, email, email_key: email, password: null, roles: '["member"]', created: 0 }
  await store.db.insertInto('users').values(row).execute()
  return { id, email, roles: ['member'], created: 0 }
}

async function enter({ sessions }: Scene, portal: string, site = SITE) {
  const code = await sessions.issueCode({ portal, site, state: 'state', returnTo: '/in?x=1' })
  const entered = await sessions.redeemCode({ code, site, state: 'state', address: '192.0.2.1' })
  assert.ok(entered)
  return entered
}

async function signedIn(at: Scene, user = at.ann) {
  const portal = await at.sessions.startPortal(user, SOMEBODY)
  return { portal, site: await enter(at, portal.session.id) }
}

const ids = (list: readonly { id: string }[]) => list.map((entry) => entry.id).sort()

test('every sign-in makes a new token, and no stored form is the token', async () => {
  await using at = await openScene()
  const first = await at.sessions.startPortal(at.ann, SOMEBODY)
  const second = await at.sessions.startPortal(at.ann, SOMEBODY)
  assert.notEqual(first.token, second.token)
  assert.notEqual(first.session.id, second.session.id)
  const dump = JSON.stringify([
    await at.store.db.selectFrom('sessions').selectAll().execute(),
    at.trail.entries(),
    await at.sessions.list(),
  ])
  assert.ok(!dump.includes(first.token))
  assert.equal((await at.sessions.portal(first.token))?.user.email, 'ann@example.org')
})

test('a token, an id or a hash that nobody was given is no session', async () => {
  await using at = await openScene()
  const { token, session } = await at.sessions.startPortal(at.ann, SOMEBODY)
  for (const guess of ['', session.id, hashSecret(token), token.slice(0, -1), `${token}=`]) {
    assert.equal(await at.sessions.portal(guess), undefined, guess)
  }
})

test('a token of a site is no session of the portal', async () => {
  await using at = await openScene()
  const { site } = await signedIn(at)
  assert.equal(await at.sessions.portal(site.token), undefined)
})

test('a code makes a session of its site with a token of its own, and edges are told before it is answered', async () => {
  await using at = await openScene()
  const { portal, site } = await signedIn(at)
  assert.equal(site.returnTo, '/in?x=1')
  assert.notEqual(site.token, portal.token)
  assert.deepEqual(at.published, [{ put: site.record }])
  assert.equal(site.record.hash, hashSecret(site.token))
  assert.deepEqual(
    { ...site.record, id: '', hash: '', expires: 0 },
    {
      id: '',
      hash: '',
      subject: 'ann',
      email: 'ann@example.org',
      roles: ['member'],
      site: SITE,
      expires: 0,
    },
  )
})

test('edges are told of sessions of sites, never of portal sessions', async () => {
  await using at = await openScene()
  const { site } = await signedIn(at)
  assert.deepEqual(await at.sessions.snapshot(), [site.record])
})

test('a code works once, also when it is redeemed twenty times at once', async () => {
  await using at = await openScene()
  const { session } = await at.sessions.startPortal(at.ann, SOMEBODY)
  const code = await at.sessions.issueCode({ portal: session.id, site: SITE, state: 's', returnTo: '/' })
  const offer = { code, site: SITE, state: 's', address: '192.0.2.1' }
  const answers = await Promise.all(Array.from({ length: 20 }, () => at.sessions.redeemCode(offer)))
  assert.equal(answers.filter((answer) => answer !== undefined).length, 1)
  assert.equal((await at.sessions.list()).filter((entry) => entry.site === SITE).length, 1)
})

test('a code for another site or another state is refused and used up (CVE-2026-28513)', async () => {
  await using at = await openScene()
  const { session } = await at.sessions.startPortal(at.ann, SOMEBODY)
  const wrong: Partial<Parameters<Sessions['redeemCode']>[0]>[] = [
    { site: 'other.example.org' },
    { state: 'other' },
    { state: '' },
    { site: '' },
    { site: SITE.toUpperCase() },
  ]
  for (const change of wrong) {
    const code = await at.sessions.issueCode({ portal: session.id, site: SITE, state: 's', returnTo: '/' })
    const offer = { code, site: SITE, state: 's', address: '192.0.2.1' }
    assert.equal(await at.sessions.redeemCode({ ...offer, ...change }), undefined, JSON.stringify(change))
    assert.equal(await at.sessions.redeemCode(offer), undefined, `after ${JSON.stringify(change)}`)
  }
})

test('a code is void after 60 seconds and when its portal session has ended', async () => {
  await using at = await openScene()
  const { session } = await at.sessions.startPortal(at.ann, SOMEBODY)
  const grant = { portal: session.id, site: SITE, state: 's', returnTo: '/' }
  const offer = { site: SITE, state: 's', address: '192.0.2.1' }
  const slow = await at.sessions.issueCode(grant)
  at.now += 60_000
  assert.equal(await at.sessions.redeemCode({ ...offer, code: slow }), undefined)
  const late = await at.sessions.issueCode(grant)
  await at.sessions.end({ id: session.id }, OPERATOR, 'signed out')
  assert.equal(await at.sessions.redeemCode({ ...offer, code: late }), undefined)
  await assert.rejects(at.sessions.issueCode(grant), { code: 'sessions.ended' })
})

test('a session of a site can not issue codes for other sites', async () => {
  await using at = await openScene()
  const { site } = await signedIn(at)
  const grant = { portal: site.record.id, site: 'other.example.org', state: 's', returnTo: '/' }
  await assert.rejects(at.sessions.issueCode(grant), { code: 'sessions.ended' })
})

test('ending a portal session ends its children and no others, and edges know before it is answered', async () => {
  await using at = await openScene()
  const mine = await signedIn(at)
  const second = await enter(at, mine.portal.session.id, 'wiki.example.org')
  const other = await signedIn(at)
  at.published.length = 0
  const ended = await at.sessions.end({ id: mine.portal.session.id }, OPERATOR, 'signed out')
  assert.deepEqual(ended.toSorted(), [mine.portal.session.id, mine.site.record.id, second.record.id].sort())
  assert.deepEqual(at.published, [{ end: ended }])
  assert.equal(await at.sessions.portal(mine.portal.token), undefined)
  assert.deepEqual(ids(await at.sessions.list()), [other.portal.session.id, other.site.record.id].sort())
})

test('ending a session of a site leaves the portal session', async () => {
  await using at = await openScene()
  const { portal, site } = await signedIn(at)
  assert.deepEqual(await at.sessions.end({ id: site.record.id }, OPERATOR, 'test'), [site.record.id])
  assert.ok(await at.sessions.portal(portal.token))
})

test('ends the sessions of one person, or of all', async () => {
  await using at = await openScene()
  await signedIn(at)
  const bob = await signedIn(at, at.bob)
  assert.equal((await at.sessions.end({ user: 'ann' }, OPERATOR, 'test')).length, 2)
  assert.deepEqual(ids(await at.sessions.snapshot()), [bob.site.record.id])
  assert.equal((await at.sessions.end('all', OPERATOR, 'test')).length, 2)
  assert.deepEqual(await at.sessions.list(), [])
  assert.deepEqual(await at.sessions.end('all', OPERATOR, 'test'), [])
})

test('a revocation reaches the edges while the audit log is full', async () => {
  await using at = await openScene()
  const { portal } = await signedIn(at)
  at.trail.path = '/dev/full'
  at.published.length = 0
  const ending = at.sessions.end({ id: portal.session.id }, OPERATOR, 'stolen')
  await assert.rejects(ending, { code: 'audit.unavailable' })
  assert.equal(at.published.length, 1)
  assert.equal(await at.sessions.portal(portal.token), undefined)
})

test('a sign-in that can not be audited gives nobody a session', async () => {
  await using at = await openScene()
  at.trail.path = '/dev/full'
  await assert.rejects(at.sessions.startPortal(at.ann, SOMEBODY), { code: 'audit.unavailable' })
})

test('a session that is not used ends, and one that is used lasts until its absolute end', async () => {
  await using at = await openScene()
  const used = await signedIn(at)
  const idle = await signedIn(at, at.bob)
  const start = at.now
  while (at.now < start + 167 * HOUR) {
    at.now += 11 * HOUR
    if (at.now < start + 168 * HOUR) await at.sessions.touch([used.site.record.id], at.now)
    const alive = ids(await at.sessions.list())
    const expected = at.now < start + 168 * HOUR ? [used.portal.session.id, used.site.record.id].sort() : []
    if (at.now >= start + 12 * HOUR) assert.deepEqual(alive, expected, `${(at.now - start) / HOUR} h`)
  }
  assert.equal(await at.sessions.portal(idle.portal.token), undefined)
  assert.equal(await at.sessions.portal(used.portal.token), undefined)
})

test('work on a site keeps the portal session alive, and edges are told of the new end', async () => {
  await using at = await openScene()
  const { portal, site } = await signedIn(at)
  at.now += 11 * HOUR
  at.published.length = 0
  await at.sessions.touch([site.record.id], at.now)
  at.now += 2 * HOUR
  assert.ok(await at.sessions.portal(portal.token))
  assert.deepEqual(at.published, [{ put: { ...site.record, expires: at.now + 10 * HOUR } }])
})

test('a use that comes too late, from the future or for an ended session revives nothing', async () => {
  await using at = await openScene()
  const { portal, site } = await signedIn(at)
  const other = await signedIn(at, at.bob)
  await at.sessions.end({ user: 'bob' }, OPERATOR, 'test')
  await at.sessions.touch([other.site.record.id], at.now)
  await at.sessions.touch([site.record.id, 'nobody'], at.now + 11 * HOUR)
  assert.equal((await at.sessions.list()).length, 2)
  at.now += 12 * HOUR
  await at.sessions.touch([site.record.id], at.now)
  at.published.length = 0
  assert.deepEqual(await at.sessions.list(), [])
  assert.equal(await at.sessions.portal(portal.token), undefined)
  assert.deepEqual(at.published, [])
})

test('the sweep ends what expired with its children and tells edges', async () => {
  await using at = await openScene()
  const { portal, site } = await signedIn(at)
  at.now += 12 * HOUR
  const fresh = await signedIn(at, at.bob)
  at.published.length = 0
  const ended = await at.sessions.sweep()
  assert.deepEqual(ended.toSorted(), [portal.session.id, site.record.id].sort())
  assert.deepEqual(at.published, [{ end: ended }])
  assert.equal((await at.store.db.selectFrom('sessions').select('id').execute()).length, 2)
  assert.ok(await at.sessions.portal(fresh.portal.token))
  assert.deepEqual(await at.sessions.sweep(), [])
})

test('whatever happens at once, edges are left with exactly what the store has', async () => {
  await using at = await openScene()
  const portals = await Promise.all(Array.from({ length: 20 }, () => at.sessions.startPortal(at.ann, SOMEBODY)))
  await Promise.all(
    portals.map(async ({ session }, i) => {
      const { record } = await enter(at, session.id)
      at.now++
      await at.sessions.touch([record.id], at.now)
      const listing = at.sessions.list()
      if (i % 2 === 0) await at.sessions.end({ id: session.id }, OPERATOR, 'race')
      await listing
    }),
  )
  const edge = new Map<string, unknown>()
  for (const change of at.published) {
    if ('put' in change) edge.set(change.put.id, change.put)
    else for (const id of change.end) edge.delete(id)
  }
  const store = await at.sessions.snapshot()
  assert.equal(store.length, 10)
  assert.deepEqual([...edge.keys()].sort(), ids(store))
})

test('starts and ends are in the audit log with who, why and from where', async () => {
  await using at = await openScene()
  const { portal } = await signedIn(at)
  await at.sessions.end({ id: portal.session.id }, { id: 'bob', address: '192.0.2.9', agent: 'browser' }, 'stolen')
  const entries = at.trail.entries().map(({ id: _, ...entry }) => entry)
  assert.deepEqual(entries.at(0), {
    event: 'sessions.started',
    target: portal.session.id,
    actor: 'stranger',
    subject: 'ann',
    personal: { address: '192.0.2.1', agent: 'test' },
  })
  assert.deepEqual(entries.at(-1), {
    event: 'sessions.ended',
    target: portal.session.id,
    data: { why: 'stolen', count: 2 },
    actor: 'bob',
    subject: 'bob',
    personal: { address: '192.0.2.9', agent: 'browser' },
  })
})
