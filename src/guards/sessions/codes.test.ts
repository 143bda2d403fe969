import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sessions } from '../../control/services.ts'
import { OPERATOR, SOMEBODY } from '../../store/installation-for-tests.ts'
import { openScene, SITE, signedIn } from './sessions-for-tests.ts'

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
