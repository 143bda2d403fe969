import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { openTestInstallation } from '../../store/installation-for-tests.ts'
import { createAttestations } from './attestations.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const UNTIL = '2027-03-01'
/** One that asks something of a person, and one that does not. */
const [ASKS, DECIDED] = ['loomio-4', 'loomio-5']

async function open() {
  const held = await openTestInstallation()
  const attestations = createAttestations({ ...held, key: () => privateKey, clock: () => held.now })
  const events = () => held.trail.entries().map(({ event, target }) => `${event} ${target}`)
  return { held, attestations, events }
}
const statement = (claim: string, rest = {}) => ({ claim, reason: 'Ann looked', until: UNTIL, waive: false, ...rest })

test('what a person says is kept, audited, and lapses by itself', async () => {
  const { held, attestations, events } = await open()
  await using _ = held
  await attestations.add(statement(ASKS))
  const [kept] = await attestations.list()
  assert.deepEqual([kept?.claim, kept?.kind, kept?.validity], [ASKS, 'attested', 'valid'])
  assert.deepEqual(events(), [`claim.attested ${ASKS}`])
  held.now = Date.UTC(2027, 2, 2)
  assert.equal((await attestations.list())[0]?.validity, 'lapsed')
})

test('a later statement takes the place of the one before, and can be withdrawn once', async () => {
  const { held, attestations, events } = await open()
  await using _ = held
  await attestations.add(statement(ASKS))
  await attestations.add(statement(ASKS, { waive: true }))
  assert.deepEqual(
    (await attestations.list()).map(({ kind }) => kind),
    ['waived'],
  )
  await attestations.withdraw(ASKS)
  assert.deepEqual(await attestations.list(), [])
  await assert.rejects(attestations.withdraw(ASKS), { code: 'attest.none' })
  assert.deepEqual(events(), [`claim.attested ${ASKS}`, `claim.waived ${ASKS}`, `claim.attestation-withdrawn ${ASKS}`])
})

test('a row in which one word was changed is seen to be tampered with', async () => {
  const changes = [
    { claim: 'loomio-8' },
    { kind: 'waived' },
    { reason: 'Bob looked' },
    { made: 1 },
    { until: Date.UTC(2030, 0, 1) },
    { signature: 'AAAA' },
  ]
  for (const change of changes) {
    const { held, attestations } = await open()
    await using _ = held
    await attestations.add(statement(ASKS))
    await held.store.db.updateTable('attestations').set(change).execute()
    assert.equal((await attestations.list())[0]?.validity, 'tampered', JSON.stringify(change))
  }
})

test('refuses claims that nobody knows, and to confirm what rules and proofs decide', async () => {
  const { held, attestations, events } = await open()
  await using _ = held
  for (const id of ['', 'loomio', 'loomio-9999', 'nothing-1', '../loomio-4', 'loomio-4 '])
    await assert.rejects(attestations.add(statement(id)), { code: 'attest.unknown-claim' }, id)
  await assert.rejects(attestations.add(statement(DECIDED)), { code: 'attest.not-asked' })
  await attestations.add(statement(DECIDED, { waive: true }))
  assert.deepEqual(events(), [`claim.waived ${DECIDED}`])
})

test('refuses a reason that is empty, long or more than a line', async () => {
  const { held, attestations } = await open()
  await using _ = held
  for (const reason of ['', '  ', 'x'.repeat(501), 'one\ntwo', 'red \x1b[31m'])
    await assert.rejects(attestations.add(statement(ASKS, { reason })), { code: 'attest.reason' })
})
