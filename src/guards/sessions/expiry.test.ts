import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATOR } from '../../store/installation-for-tests.ts'
import { HOUR, ids, openScene, signedIn } from './sessions-for-tests.ts'

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
