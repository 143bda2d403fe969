import assert from 'node:assert/strict'
import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { judgeSecret, weaknessOf } from './weakness.ts'

const ROUNDS = 2_000
/** As drawn by lot; one of them is in the list of words that are guessed first. */
const LOT = (
  'anchor biscuit cobalt drizzle ember fathom gravel harbor island jigsaw kettle lantern meadow nectar orchid pebble ' +
  'quartz ribbon saddle timber umbrella velvet walnut yonder zephyr secret marble draper candle thistle pigeon copper'
).split(' ')

const pick = <T>(items: readonly T[]): T => items[randomInt(items.length)]!
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const RANDOM: Readonly<Record<string, () => string>> = {
  'hex of 16 bytes': () => randomBytes(16).toString('hex'),
  'hex of 32 bytes': () => randomBytes(32).toString('hex'),
  'hex of 64 bytes': () => randomBytes(64).toString('hex'),
  'base64url of 24 bytes': () => randomBytes(24).toString('base64url'),
  'base64 of 32 bytes': () => randomBytes(32).toString('base64'),
  'base64 of 12 bytes': () => randomBytes(12).toString('base64'),
  'a UUID': () => randomUUID(),
  '32 letters and digits': () => Array.from({ length: 32 }, () => pick([...letters])).join(''),
  '24 digits': () => Array.from({ length: 24 }, () => randomInt(10)).join(''),
  'six words by lot': () => Array.from({ length: 6 }, () => pick(LOT)).join('-'),
  'five words by lot, run together': () => Array.from({ length: 5 }, () => pick(LOT.slice(0, 25))).join(''),
}

for (const [what, make] of Object.entries(RANDOM)) {
  test(`never calls ${what} weak`, () => {
    for (let round = 0; round < ROUNDS; round++) {
      const value = make()
      assert.equal(judgeSecret(value, ['loomio', 'postgres', 'shop']), undefined, value)
    }
  })
}

test('knows what everybody tries and placeholders', () => {
  const known = ['pgpassword', 'your_password', '12345', 'Admin', 'OVERRIDE', 'yourcouchdbpassword', 'foo', 'test']
  const placeholders = [
    'change-this-secure-password',
    '<your-secure-password>',
    '<generate-with-openssl-rand-hex-32>',
    'REPLACE_WITH_SECRET_FROM_OPENSSL',
    'xxxxxxxxxxxxxxxx',
  ]
  for (const value of [...known, ...placeholders]) assert.equal(judgeSecret(value)?.kind, 'default', value)
})

test('calls weak what people make up: words, years, signs for letters, sequences, repeats', () => {
  const weak = [
    'MySecretPassword2024!',
    'P@ssw0rd12345678',
    'postgres-production-2025',
    'thisismysecretkey',
    'supersecrettoken',
    'abcdefghijklmnop',
    '1234567890123456',
    'qwertyuiopasdfghjkl',
    'aaaaaaaaaaaaaaaa',
    'k3mFk3mFk3mFk3mF',
    '8319283745019283',
  ]
  for (const value of weak) {
    const said = judgeSecret(value)
    assert.equal(said?.kind, 'weak', value)
    assert.ok(!said?.phrase.includes(value))
  }
})

test('words that belong to the installation count as guessed', () => {
  assert.equal(judgeSecret('greenhouse-db-2024')?.kind, undefined)
  assert.equal(judgeSecret('greenhouse-db-2024', ['greenhouse'])?.kind, 'weak')
})

test('what is neither known nor made up can still be short, and switches and keys in PEM form are left alone', () => {
  assert.equal(judgeSecret('k3mF8pQz1vLw9xR')?.kind, 'short')
  assert.equal(judgeSecret('k3mF8pQz1vLw9xRt'), undefined)
  assert.equal(judgeSecret('true'), undefined)
  assert.equal(judgeSecret('-----BEGIN PRIVATE KEY-----'), undefined)
  assert.equal(judgeSecret('{"a":{"secret":"b"}}'), undefined)
  assert.equal(weaknessOf(''), 'it is empty')
})

test('a value of a megabyte is judged at once', () => {
  const started = performance.now()
  judgeSecret('your'.repeat(250_000))
  assert.ok(performance.now() - started < 500)
})
