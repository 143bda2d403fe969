import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalPath, foldPath, readings, splitTarget } from './path.ts'

const refusal = (raw: string) => {
  const canonical = canonicalPath(raw)
  return 'ambiguous' in canonical ? canonical.ambiguous : undefined
}
const sorted = (raw: string) => [...readings(raw)].sort()

/** Text made of the pieces that readers of paths disagree on. */
const pieces = [
  ...['/', '.', '..', 'a', 'admin', ';', ';x=1', '?', '#', '\\', '%', 'é', ' ', '\0', '@scope', '~'],
  ...['%2f', '%2F', '%5c', '%2e', '%252e', '%252f', '%255c', '%25', '%3b', '%3f', '%23', '%00', '%2500', '%61'],
  ...['%C3%A9', '%c0%ae', '%25c0%25ae', '%ff', '%zz', '%2', '%e2%82%ac', '%0a', '%7f'],
]
const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((list) => `/${list.join('')}`)

/** Paths that are mostly accepted, with all that can be read in more than one way. */
const legal = pieces.filter((piece) => /^(?:[a@;~].*|%(?:2f|5c|25|252f|255c|3b|3f|23|61|C3%A9))$/i.test(piece))
const plausible = fc
  .array(fc.tuple(fc.constant('a'), fc.constantFrom(...legal, ''), fc.constant('b'), fc.constantFrom(...legal, '')), {
    maxLength: 3,
  })
  .map((list) => `/${list.map((segment) => segment.join('')).join('/')}`)

test('an ordinary path has one reading, itself', () => {
  for (const path of [
    '/',
    '/a',
    '/a/',
    '/api/v1/users/17',
    '/.well-known/x',
    '/a/..b/...',
    "/~u/a+b,c:d@e!$&'()*=_-",
    '/[x]|^',
  ]) {
    assert.deepEqual(canonicalPath(path), { path, readings: [path] })
  }
})

test('refuses dot segments, plain, encoded and encoded twice (A1)', () => {
  const forms = ['/a/../admin', '/./admin', '/admin/.', '/..', '/.', '/%2e%2e/admin', '/a/%2E./b', '/.%2e', '/a/%2e']
  const twice = ['/%252e%252e/admin', '/a/%252E', '/%25%32%65%252e/x', '/.%252e/x']
  for (const path of [...forms, ...twice]) assert.equal(refusal(path), 'dot-segment', path)
})

test('refuses empty segments, and takes one trailing slash (A1, A3)', () => {
  for (const path of ['//', '//host/path', '/a//b', '/a//', '//admin'])
    assert.equal(refusal(path), 'empty-segment', path)
  assert.equal(refusal('/a/'), undefined)
})

test('refuses every form of target but origin-form (A3)', () => {
  for (const target of ['http://host/path', 'host:443', '*', '', 'admin', '\\admin', '%2fadmin', ';/admin']) {
    assert.equal(refusal(target), 'not-origin-form', target)
  }
})

test('an encoded slash is read both as a part of its segment and as a separator (A2)', () => {
  assert.deepEqual(readings('/@scope%2fname'), ['/@scope%2fname', '/@scope/name'])
  assert.deepEqual(readings('/@scope%2Fname'), ['/@scope%2fname', '/@scope/name'])
  assert.deepEqual(sorted('/x%252fadmin'), ['/x%2fadmin', '/x/admin'])
})

test('encoded slashes side by side are read as kept, as an empty segment and as one slash (A2)', () => {
  assert.deepEqual(sorted('/proxy/https%3A%2F%2Fexample.org'), [
    '/proxy/https:%2f%2fexample.org',
    '/proxy/https://example.org',
    '/proxy/https:/example.org',
  ])
  assert.deepEqual(sorted('/open%2F%2Fadmin'), ['/open%2f%2fadmin', '/open//admin', '/open/admin'])
  assert.deepEqual(sorted('/a/%2fadmin'), ['/a/%2fadmin', '/a//admin', '/a/admin'])
  assert.ok(readings('/proxy/https%253A%252F%252Fexample.org%252Fadmin').includes('/proxy/https:/example.org/admin'))
  assert.ok(readings('/proxy/https%3A%2F%2Fexample.org%2Fa-b%3Fc%3Dd%26e%3Df').length < 16)
})

test('a backslash is refused as it stands, and read as a slash where it is encoded (A2)', () => {
  assert.equal(refusal('/a\\admin'), 'forbidden-character')
  assert.deepEqual(sorted('/a%5cadmin'), ['/a/admin', '/a\\admin'])
  assert.ok(readings('/a%255Cadmin').includes('/a/admin'))
})

test('refuses an encoded separator that makes a dot segment, or an empty segment in front (A1, A2)', () => {
  for (const path of [
    '/a/%2f..%2fadmin',
    '/a%2f..%2fadmin',
    '/..%2fadmin',
    '/..%5cadmin',
    '/a%5c..%5cadmin',
    '/..%252fadmin',
  ]) {
    assert.equal(refusal(path), 'dot-segment', path)
  }
  for (const path of ['/%2fhost', '/%2f%2fhost', '/%5chost', '/%252fhost', '/a%5c%5cb', '/a//b%2fc']) {
    assert.equal(refusal(path), 'empty-segment', path)
  }
})

test('an encoded question mark or hash is read as the end of the path, too (A4)', () => {
  assert.deepEqual(sorted('/admin%3Fx'), ['/admin', '/admin?x'])
  assert.deepEqual(sorted('/admin%23x'), ['/admin', '/admin#x'])
  assert.ok(readings('/admin%253Fx').includes('/admin'))
  assert.equal(refusal('/admin#x'), 'forbidden-character')
  assert.equal(refusal('/admin?x'), 'forbidden-character')
})

test('parameters of a segment are read as kept and as stripped (A4)', () => {
  assert.deepEqual(sorted('/admin;x=1/users'), ['/admin/users', '/admin;x=1/users'])
  assert.deepEqual(sorted('/admin%3Bx'), ['/admin', '/admin;x'])
  assert.ok(readings('/admin;x%2fy').includes('/admin/y') && readings('/admin;x%2fy').includes('/admin'))
  assert.deepEqual(sorted('/admin%3Bx%2fy'), ['/admin', '/admin/y', '/admin;x%2fy', '/admin;x/y'])
  assert.ok(readings('/a%3Bx%2fy/b%2fc').includes('/a/b/c'))
  assert.equal(refusal('/a/..;/admin'), 'dot-segment')
  assert.equal(refusal('/a/..%3b/admin'), 'dot-segment')
  assert.equal(refusal('/a/;x/admin'), 'empty-segment')
})

test('the query is split off before anything is decoded, and is no part of the path (A5)', () => {
  assert.deepEqual(splitTarget('/a%3Fb?c?d'), { path: '/a%3Fb', query: 'c?d' })
  assert.deepEqual(splitTarget('/a?'), { path: '/a', query: '' })
  assert.deepEqual(splitTarget('/a'), { path: '/a', query: undefined })
})

test('paths in another case are the same path when folded (A6)', () => {
  assert.equal(foldPath('/ADMIN/Users'), '/admin/users')
  assert.equal(foldPath('/CAFÉ'), foldPath('/cafe\u0301'))
  assert.equal(foldPath('/\u212Aey'), '/key') // the Kelvin sign
})

test('a letter that is encoded without need is read as sent, too: not every router decodes (A8)', () => {
  assert.deepEqual(readings('/%61dmin'), ['/admin', '/%61dmin'])
  assert.deepEqual(readings('/caf%C3%A9/a%20b'), ['/café/a b'])
})

test('refuses malformed encodings, and bytes that are not UTF-8, overlong forms among them', () => {
  for (const path of ['/%', '/%2', '/%zz', '/a%2/b', '/%%2f', '/%u002e'])
    assert.equal(refusal(path), 'percent-encoding', path)
  for (const path of ['/%ff', '/%c0%ae', '/%c0%af', '/%e0%80%ae', '/%ed%a0%80', '/%C3', '/%25c0%25ae%25c0%25ae/x']) {
    assert.equal(refusal(path), 'utf-8', path)
  }
})

test('a percent sign that is itself encoded is legal', () => {
  assert.deepEqual(readings('/100%25'), ['/100%'])
  assert.deepEqual(readings('/100%25effort'), ['/100%effort'])
})

test('refuses control characters, encoded once or twice, and raw bytes beyond ASCII', () => {
  for (const path of ['/%00', '/a%0d%0ab', '/%7f', '/%c2%85', '/a%2500'])
    assert.equal(refusal(path), 'control-character', path)
  for (const path of ['/\0', '/a b', '/a\tb', '/a\r\nb', '/\x7f', '/é', '/\ud800']) {
    assert.equal(refusal(path), 'forbidden-character', path)
  }
})

test('a path with more readings than any client needs is refused, and quickly', () => {
  const path = `/${'a%2541%3f%5c;x%2fb'.repeat(800)}`
  const start = performance.now()
  assert.equal(refusal(path), 'too-many-readings')
  assert.ok(performance.now() - start < 250)
})

test('never throws; what is accepted is unchanged and every reading is sound', () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string(), fc.webPath()), (raw) => {
      const canonical = canonicalPath(raw)
      if ('ambiguous' in canonical) return
      assert.equal(canonical.path, raw)
      assert.ok(canonical.readings.length >= 1 && canonical.readings.length <= 16)
      assert.equal(new Set(canonical.readings).size, canonical.readings.length)
      for (const reading of canonical.readings) {
        assert.match(reading, /^\/(?!\/)(?:(?!\.{1,2}(?:\/|$))[^/\0-\x1f\x7f\ud800]*(?:\/|$))*$/)
        if (reading.includes('//')) assert.ok(canonical.readings.includes(reading.replace(/\/{2,}/g, '/')))
        assert.equal(foldPath(foldPath(reading)), foldPath(reading))
      }
    }),
    { numRuns: 20_000 },
  )
})

test('what a decoding application makes of an accepted path is among its readings', () => {
  const fold = (path: string) => path.replaceAll('/', '%2f')
  let accepted = 0
  fc.assert(
    fc.property(plausible, (raw) => {
      const canonical = canonicalPath(raw)
      if ('ambiguous' in canonical) return
      accepted++
      const once = decodeURIComponent(raw)
      const bySegment = raw
        .split('/')
        .map((segment) => fold(decodeURIComponent(segment)))
        .join('/')
      const windows = once.replaceAll('\\', '/')
      const stripped = raw.replace(/;[^/]*/g, '')
      const cut = once.replace(/[?#].*/s, '')
      const merged = once.replace(/\/{2,}/g, '/')
      for (const seen of [once, bySegment, windows, decodeURIComponent(stripped), cut, merged]) {
        assert.ok(canonical.readings.includes(seen), `${raw} may be read as ${seen}`)
      }
    }),
    { numRuns: 20_000 },
  )
  assert.ok(accepted > 5000)
})

test('a refused path has no readings to decide on', () => {
  assert.throws(() => readings('/../admin'), RangeError)
})
