import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Claim } from '../../check/guide/guide.ts'
import type { Proof, ProofState } from '../../kernel/proof.ts'
import { countClaims, type JoinedClaim, type JoinInput, joinClaims, type Seen } from './join.ts'
import type { Standing } from './standing.ts'

const NOW = Date.UTC(2027, 0, 10, 12)
const MADE = Date.UTC(2027, 0, 5)
const UNTIL = Date.UTC(2027, 5, 1)

const claim = (id: string, rest: Partial<Claim>): Claim => ({
  ...{ id, asks: 'Something.', section: 'A', rules: [], about: {}, anyOf: (rest.rules ?? []).map((rule) => [rule]) },
  ...{ controls: [], attest: undefined, untrue: undefined },
  ...rest,
})
const GUIDE = {
  name: 'app',
  title: 'App',
  claims: [
    claim('app-1', { rules: ['compose.published-port'] }),
    claim('app-2', { controls: ['tls.versions', 'tls.ciphers'], untrue: 'Nothing reads it.' }),
    claim('app-3', { attest: 'The plan is written.' }),
    claim('app-4', { rules: ['backup.missing'], controls: ['access.role'], attest: 'It was tried.' }),
    claim('app-5', { rules: ['kubernetes.host-path'] }),
    claim('app-6', {
      rules: ['setting.unread', 'kubernetes.unread-setting'],
      anyOf: [['setting.unread', 'kubernetes.unread-setting']],
    }),
  ],
}
const ALL_LOOKED = ['compose.published-port', 'backup.missing', 'setting.unread']

const seen = (unmet: Readonly<Record<string, string>> = {}, looked: readonly string[] = ALL_LOOKED): Seen => ({
  at: NOW,
  claims: GUIDE.claims.map(({ id }) =>
    id in unmet ? { id, status: 'unmet', reason: unmet[id]! } : { id, status: 'undecided', reason: '' },
  ),
  looked,
  unread: [],
  docker: false,
  host: false,
})
const proof = (control: string, state: ProofState = 'holds'): Proof => ({
  ...{ control, state, expected: 'as promised', observed: `seen as ${state}` },
  ...{ at: '2027-01-10T11:00:00.000Z', paths: [] },
})
const PROOFS = ['tls.versions', 'tls.ciphers', 'access.role'].map((control) => proof(control))
const standing = (id: string, rest: Partial<Standing> = {}): Standing => ({
  ...{ claim: id, kind: 'attested', reason: 'Ann looked', made: MADE, until: UNTIL, validity: 'valid' },
  ...rest,
})
const said = (...standings: readonly Standing[]) => new Map(standings.map((one) => [one.claim, one]))

function joined(rest: Partial<JoinInput> = {}): Record<string, JoinedClaim> {
  const claims = joinClaims({ guide: GUIDE, seen: seen(), proofs: PROOFS, standings: new Map(), ...rest })
  return Object.fromEntries(claims.map((one) => [one.id, one]))
}

test('a claim holds when its rules looked and found nothing', () => {
  const { state, reason, at } = joined()['app-1']!
  assert.deepEqual([state, reason], ['holds', 'compose.published-port looked and found nothing.'])
  assert.equal(at, '2027-01-10T12:00:00.000Z')
})

test('sabotage: a finding breaks a claim that held, and its reason says where', () => {
  const { state, reason } = joined({
    seen: seen({ 'app-1': 'Found in compose.yaml:4, db: published on 0.0.0.0:5432.' }),
  })['app-1']!
  assert.deepEqual([state, reason], ['broken', 'Found in compose.yaml:4, db: published on 0.0.0.0:5432.'])
})

test('where a file could not be read, nothing that rules found clean holds, and what they found broken stays so', () => {
  const unread = ['.env: this user may not read it', 'secrets: the same']
  const { state, reason } = joined({ seen: { ...seen(), unread } })['app-1']!
  assert.equal(state, 'unknown')
  assert.match(reason, /but not everything could be read: \.env: this user may not read it; and 1 more\.$/)
  assert.equal(joined({ seen: { ...seen({ 'app-1': 'Found.' }), unread } })['app-1']!.state, 'broken')
  assert.equal(joined({ seen: { ...seen(), unread } })['app-2']!.state, 'holds', 'the gate alone decides it')
})

test('a claim of controls holds when each is proved, and is as old as its oldest proof', () => {
  const { state, at, controls, untrue } = joined()['app-2']!
  assert.deepEqual([state, at, untrue], ['holds', '2027-01-10T11:00:00.000Z', 'Nothing reads it.'])
  assert.deepEqual(controls, ['tls.versions', 'tls.ciphers'])
})

test('sabotage: one broken proof breaks the claim, one that could not be looked at makes it unknown', () => {
  const broken = joined({ proofs: [proof('tls.versions'), proof('tls.ciphers', 'broken')] })['app-2']!
  assert.deepEqual([broken.state, broken.reason], ['broken', 'tls.ciphers: seen as broken.'])
  const unknown = joined({ proofs: [proof('tls.versions'), proof('tls.ciphers', 'unknown')] })['app-2']!
  assert.deepEqual([unknown.state, unknown.reason], ['unknown', 'tls.ciphers: seen as unknown.'])
})

test('a proof that was not made leaves a claim unknown', () => {
  const { state, reason } = joined({ proofs: [proof('tls.versions')] })['app-2']!
  assert.deepEqual([state, reason], ['unknown', 'tls.ciphers was not proved.'])
})

test('what only a person can see is unknown until somebody confirms it, and again when that lapses', () => {
  const stateWith = (...all: readonly Standing[]) => joined({ standings: said(...all) })['app-3']!
  assert.equal(stateWith().state, 'unknown')
  assert.match(stateWith().reason, /A person has to confirm: The plan is written\./)
  assert.equal(stateWith(standing('app-3')).state, 'attested')
  assert.match(stateWith(standing('app-3')).reason, /until 2027-06-01 00:00 UTC: Ann looked\./)
  const lapsed = stateWith(standing('app-3', { validity: 'lapsed' }))
  assert.equal(lapsed.state, 'unknown')
  assert.match(lapsed.reason, /lapsed at 2027-06-01/)
})

test('a person’s word completes a claim only when everything that can be proven holds', () => {
  const standings = said(standing('app-4'))
  assert.equal(joined()['app-4']!.state, 'unknown')
  assert.equal(joined({ standings })['app-4']!.state, 'attested')
  assert.equal(joined({ standings, seen: seen({ 'app-4': 'Found.' }) })['app-4']!.state, 'broken')
  assert.equal(joined({ standings, proofs: [proof('access.role', 'broken')] })['app-4']!.state, 'broken')
  assert.equal(joined({ standings, proofs: [] })['app-4']!.state, 'unknown')
  assert.equal(joined({ standings, seen: seen({}, ['setting.unread']) })['app-4']!.state, 'unknown')
})

test('a person’s word alone never satisfies what rules or controls decide', () => {
  const standings = said(standing('app-1'), standing('app-2'))
  const missing = { missing: 'There is no posture section in castellan.yaml.' }
  const all = joined({ standings, seen: missing, proofs: [] })
  assert.deepEqual([all['app-1']!.state, all['app-2']!.state], ['unknown', 'unknown'])
  const broken = joined({ standings, seen: seen({ 'app-1': 'Found.' }), proofs: [proof('tls.versions', 'broken')] })
  assert.deepEqual([broken['app-1']!.state, broken['app-2']!.state], ['broken', 'broken'])
})

test('a waived claim is neither, and its reason says what it would be', () => {
  const waived = standing('app-1', { kind: 'waived', reason: 'No mail is sent' })
  const { state, reason } = joined({ standings: said(waived), seen: seen({ 'app-1': 'Found in a file.' }) })['app-1']!
  assert.equal(state, 'waived')
  assert.equal(reason, 'Set aside until 2027-06-01 00:00 UTC: No mail is sent. Without that: broken. Found in a file.')
})

test('a waiver that lapsed or was tampered with sets nothing aside', () => {
  const found = seen({ 'app-1': 'Found.' })
  for (const validity of ['lapsed', 'tampered'] as const) {
    const standings = said(standing('app-1', { kind: 'waived', validity }))
    assert.equal(joined({ standings, seen: found })['app-1']!.state, 'broken', validity)
  }
})

test('a statement that was changed in the database makes a claim unknown, whatever else holds', () => {
  for (const id of ['app-1', 'app-2', 'app-3', 'app-4', 'app-5']) {
    for (const kind of ['attested', 'waived'] as const) {
      const { state, reason } = joined({ standings: said(standing(id, { kind, validity: 'tampered' })) })[id]!
      assert.equal(state, 'unknown', `${id} ${kind}`)
      assert.match(reason, /its signature is not right/)
    }
  }
})

test('without anything seen of the files, what needs them is unknown and says why, and the rest goes on', () => {
  const all = joined({ seen: { missing: 'There is no posture section in castellan.yaml.' } })
  assert.deepEqual([all['app-1']!.state, all['app-5']!.state, all['app-2']!.state], ['unknown', 'unknown', 'holds'])
  assert.equal(all['app-1']!.reason, 'There is no posture section in castellan.yaml.')
  assert.equal(all['app-1']!.at, null)
})

test('what is about Kubernetes alone does not apply where there are no manifests, and does where there are', () => {
  assert.equal(joined()['app-5']!.state, 'does-not-apply')
  assert.equal(joined({ seen: seen({}, ['kubernetes.image-tag']) })['app-5']!.state, 'unknown')
  assert.equal(joined({ seen: seen({}, ['kubernetes.host-path']) })['app-5']!.state, 'holds')
  assert.equal(joined({ seen: seen({}, []) })['app-5']!.state, 'unknown', 'nothing was seen at all')
})

test('of rules that ask the same of different installations, one that looked is enough', () => {
  assert.equal(joined()['app-6']!.state, 'holds')
  assert.equal(joined({ seen: seen({}, ['backup.missing']) })['app-6']!.state, 'unknown')
})

test('where the engine or the machine was not asked, the reason says how to', () => {
  const guide = { ...GUIDE, claims: [claim('app-1', { rules: ['docker.root-user', 'host.reboot-required'] })] }
  const reason = (rest: Partial<Seen>) => joined({ guide, seen: { ...seen(), ...rest } })['app-1']!.reason
  assert.match(reason({}), /More can be seen with docker: true and host: true/)
  assert.match(reason({ docker: true }), /More can be seen with host: true/)
  assert.doesNotMatch(reason({ docker: true, host: true }), /More can be seen/)
})

test('the counts add up', () => {
  const standings = said(standing('app-3'), standing('app-2', { kind: 'waived' }))
  const counts = countClaims(Object.values(joined({ standings, seen: seen({ 'app-1': 'Found.' }) })))
  assert.deepEqual(counts, { broken: 1, unknown: 1, holds: 1, attested: 1, waived: 1, 'does-not-apply': 1 })
})
