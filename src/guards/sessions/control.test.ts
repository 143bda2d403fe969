import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATOR, SOMEBODY } from '../../store/installation-for-tests.ts'
import { hashSecret } from '../../store/secret.ts'
import { enter, ids, openScene, SITE, signedIn } from './sessions-for-tests.ts'

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
