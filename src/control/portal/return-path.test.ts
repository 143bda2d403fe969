import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { returnPath } from './return-path.ts'

const ORIGIN = 'https://app.example.org'

/** Every one of these has led, or could lead, somewhere else after a sign-in. */
const ATTACKS = [
  '',
  'evil.example',
  'https://evil.example/',
  'HTTPS://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'http://app.example.org/',
  'https://app.example.org/',
  'https://app.example.org.evil.example/',
  'https://app.example.org@evil.example/',
  'javascript:alert(1)',
  'data:text/html,x',
  '//evil.example',
  '///evil.example',
  '////evil.example/%2f..',
  '//evil.example\\@app.example.org',
  '//app.example.org',
  '//app.example.org@evil.example/',
  '//0x7f.1/',
  '/\\evil.example',
  '/\\/evil.example',
  '\\/evil.example',
  '\\\\evil.example',
  '/\\\\evil.example',
  '/path\\evil.example',
  '/\tevil.example',
  '/\t/evil.example',
  '\t//evil.example',
  '/\n/evil.example',
  '/\r\nLocation: https://evil.example',
  '/\0/evil.example',
  '/\x1b[2J',
  ' //evil.example',
  '/ /evil.example',
  '/..//evil.example',
  '/.//evil.example',
  '/./\\evil.example',
  '/a/..//evil.example',
  '/a/../..//evil.example',
  '/%2e%2e//evil.example',
  '/%2E//evil.example',
  '/%2f/evil.example',
  '/%2Fevil.example',
  '/%5cevil.example',
  '/%5C%5Cevil.example',
  '/..%2f/%2fevil.example/..//evil.example/../..//evil.example',
  '/.%2e/%2fevil.example',
  '/%09/evil.example',
  '/%0d%0aSet-Cookie:a=b',
  '/%00//evil.example',
  '/a#//evil.example',
  '/#https://evil.example',
  '/\u3002\u3002//evil.example',
  '/\u2215evil.example',
  '/\uff0fevil.example',
  '/\u202eevil',
  `/${'a'.repeat(4_096)}`,
]

for (const attack of ATTACKS) {
  test(`sends nobody to ${JSON.stringify(attack.slice(0, 60))}`, () => {
    assert.equal(returnPath(attack, ORIGIN), undefined)
  })
}

const HARMLESS = [
  '/',
  '/a/b',
  '/a//b',
  '/?next=https://evil.example',
  '/search?q=a+b&lines=1%0A2',
  '/@scope%2fname',
  '/@user@host',
  '/caf%C3%A9',
  '/a;b=c/~d',
  '/https://other.example/',
]

for (const path of HARMLESS) {
  test(`brings people back to ${path}`, () => assert.equal(returnPath(path, ORIGIN), path))
}

test('writes a path as a browser does', () => {
  assert.equal(returnPath('/a/../b"c', ORIGIN), '/b%22c')
  assert.equal(returnPath('/a', 'https://app.localhost:8443'), '/a')
})

test('whatever is let through stays on the site when a browser resolves it, also a second time', () => {
  const bit = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '\t',
    '\n',
    '@',
    ':',
    '?',
    '#',
    'evil.example',
    'a',
    '%09',
    ' ',
  )
  let accepted = 0
  fc.assert(
    fc.property(fc.array(bit, { maxLength: 10 }), (bits) => {
      const path = returnPath(`/${bits.join('')}`, ORIGIN)
      if (path === undefined) return
      accepted += 1
      const once = new URL(path, ORIGIN)
      assert.equal(once.origin, ORIGIN)
      assert.equal(new URL(once.pathname, ORIGIN).origin, ORIGIN)
      assert.equal(new URL(decodeURIComponent(once.pathname), ORIGIN).origin, ORIGIN)
    }),
    { numRuns: 20_000 },
  )
  assert.ok(accepted > 100)
})
