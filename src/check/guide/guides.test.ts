import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guards } from '../../guards/index.ts'
import { parseFacts } from '../facts/fields.ts'
import type { Claim } from './guide.ts'
import { guideNames, loadGuide, readGuide } from './load.ts'

const COUNTS = { dataspace: 38, express: 37, inventaire: 41, inventree: 26, loomio: 92 }

/** Claims that no program can see: organisation, contracts, other people. */
const ONLY_PEOPLE = new Set([
  'inventaire-41',
  'inventree-25',
  ...[25, 26, 32, 33, 74, 83, 84, 85, 91].map((number) => `loomio-${number}`),
  ...[23, 30].map((number) => `express-${number}`),
  ...[20, 21, 38].map((number) => `dataspace-${number}`),
])

/** What the guides say and the applications don't do: which claim tells it, and the word that has to be in it. */
const UNTRUE: readonly (readonly [claim: string, word: RegExp])[] = [
  ['inventaire-9', /INV_ACCOUNT_SIGNUP_OPEN/],
  ['inventaire-15', /INV_SESSION_SECRET/],
  ['inventaire-18', /xpack\.security\.enabled=false/],
  ['loomio-54', /Fernet/],
  ['loomio-57', /SMTP_USE_TLS/],
  ['loomio-30', /LOOMIO_HMAC_KEY/],
  ['loomio-11', /require_2fa/],
  ['loomio-70', /LoginAttempt/],
  ['loomio-60', /wizmoisa/],
  ['loomio-63', /8081.*19999/s],
  ['loomio-89', /Watchtower/],
  ['loomio-12', /RACK_ATTACK_RATE_MULTPLIER=100/],
  ['loomio-2', /EMAIL_PROCESSOR_TOKEN/],
  ['loomio-64', /\/api\/v1\/ping/],
  ['loomio-15', /FEATURES_DISABLE_SIGNUP/],
  ['loomio-81', /token/],
  ['loomio-79', /restore-db\.sh/],
  ['express-20', /bruteForcePrevent/],
  ['express-17', /Node 12/],
  ['express-1', /all addresses/],
  ['dataspace-13', /latest/],
  ['dataspace-1', /external_net/],
  ['dataspace-24', /0\.0\.0\.0\/0/],
  ['dataspace-11', /group docker/],
  ['dataspace-29', /countries/],
  ['inventree-6', /Basic/],
  ['loomio-69', /copytruncate/],
  ['loomio-76', /docker compose down/],
  ['loomio-61', /docker scan/],
  ['loomio-53', /transparent encryption/],
]

const guides = guideNames().map(loadGuide)
const claims: readonly Claim[] = guides.flatMap((guide) => guide.claims)

test('the guides hold 234 claims, each by its number', () => {
  assert.deepEqual(Object.fromEntries(guides.map(({ name, claims }) => [name, claims.length])), COUNTS)
  assert.equal(claims.length, 234)
  for (const { name, claims } of guides) {
    assert.deepEqual(
      claims.map(({ id }) => id),
      claims.map((_, index) => `${name}-${index + 1}`),
    )
  }
})

test('a claim that can be proven has a rule or a control, not a word of honour alone', () => {
  const bare = claims.filter(({ rules, controls }) => rules.length + controls.length === 0).map(({ id }) => id)
  assert.deepEqual(
    bare.filter((id) => !ONLY_PEOPLE.has(id)),
    [],
  )
})

test('what only people can do asks people', () => {
  for (const { id, attest } of claims) if (ONLY_PEOPLE.has(id)) assert.ok(attest, id)
})

test('every control that a claim names exists', () => {
  const known = new Set(guards.flatMap(({ controls }) => controls.map(({ id }) => id)))
  const unknown = claims.flatMap(({ id, controls }) =>
    controls.filter((control) => !known.has(control)).map((control) => `${id}: ${control}`),
  )
  assert.deepEqual(unknown, [])
})

test('every claim and every word on it is a sentence', () => {
  for (const { id, asks, attest, untrue } of claims) {
    for (const text of [asks, attest, untrue])
      if (text !== undefined) assert.match(text, /^\S.*[.]$/s, `${id}: ${text}`)
  }
})

test('all that the guides have wrong about the applications is told where the user reads it', () => {
  for (const [id, word] of UNTRUE) assert.match(claims.find((claim) => claim.id === id)?.untrue ?? '', word, id)
})

test('a guide with a claim that nothing decides, twice the same id, or a broken expression is refused', () => {
  const claim = (rest: string) => parseFacts('x', `title: X\nclaims: [{ id: x-1, section: A, asks: B., ${rest} }]`)
  assert.throws(
    () => readGuide('x', claim('controls: []')),
    /claims\[0\]\.rules: .*at least one of rules, controls and attest/,
  )
  assert.throws(() => readGuide('x', claim("rules: [{ a.b: '(' }]")), /allowed: a regular expression/)
  assert.throws(() => readGuide('x', claim('rules: [a.b, a.b]')), /every rule once/)
  assert.throws(() => readGuide('y', claim('attest: C.')), /every y-NUMBER once/)
})
