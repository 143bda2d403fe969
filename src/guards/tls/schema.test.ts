import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { tlsShape } from './schema.ts'

const schema = z.strictObject(tlsShape)
const parse = (tls: unknown) => schema.parse({ tls }).tls
const complaint = (tls: unknown) => z.prettifyError(schema.safeParse({ tls }).error!)

test('issues certificates itself when nothing is said', () => {
  assert.deepEqual(schema.parse({}).tls, { issuer: 'internal' })
})

test('asks Let’s Encrypt when ACME has no directory', () => {
  assert.deepEqual(parse({ issuer: 'acme', email: 'ops@example.org' }), {
    issuer: 'acme',
    directory: 'https://acme-v02.api.letsencrypt.org/directory',
    email: 'ops@example.org',
  })
})

test('takes a directory on another port, by address, and with an authority of its own', () => {
  for (const directory of [
    'https://localhost:14000/dir',
    'https://[::1]:14000/dir',
    'https://ca.internal/acme/acme/directory',
  ]) {
    const acme = { issuer: 'acme', email: 'ops@example.org', directory, ca: '/etc/castellan/ca.pem' }
    assert.deepEqual(parse(acme), acme)
  }
})

test('refuses a directory that is not https, or carries a user, a query or a fragment', () => {
  const bad = [
    'http://ca.internal/dir',
    'https://user:secret@ca.internal/dir',
    'https://ca.internal/dir?a=b',
    'https://a/#b',
    'https://a',
  ]
  for (const directory of bad) {
    assert.match(complaint({ issuer: 'acme', email: 'ops@example.org', directory }), /directory/, directory)
  }
})

test('refuses an unknown issuer, an unknown key and a missing one, and says what is allowed', () => {
  assert.match(complaint({ issuer: 'letsencrypt' }), /write issuer: internal, issuer: acme or issuer: files/)
  assert.match(complaint({}), /write issuer: internal, issuer: acme or issuer: files/)
  assert.match(complaint({ issuer: 'internal', email: 'x' }), /unknown key "email"; allowed: issuer/)
  assert.match(complaint({ issuer: 'files', cert: 'a.pem' }), /tls\.key/)
  assert.match(complaint({ issuer: 'acme' }), /tls\.email/)
})

test('describes every key in one sentence', () => {
  const { properties } = z.toJSONSchema(schema, { io: 'input' }) as unknown as {
    properties: { tls: { oneOf: Variant[] } }
  }
  const variants = properties.tls.oneOf
  assert.equal(variants.length, 3)
  for (const variant of variants) {
    for (const [key, { description }] of Object.entries(variant.properties)) {
      assert.match(description ?? '', /^[A-Z][^.]*(\.[^.]+)*\.$/, key)
    }
  }
})

interface Variant {
  readonly properties: Readonly<Record<string, { readonly description?: string }>>
}
