import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldPath, readings } from './path.ts'
import { compilePathTable } from './path-rules.ts'

const tableOf = (...paths: string[]) => compilePathTable(paths.map((path) => ({ path, value: path })))
const always = () => true

test('a prefix matches whole segments only (A12)', () => {
  const table = tableOf('/admin')
  for (const yes of ['/admin', '/admin/', '/admin/x', '/admin/x/y/']) assert.equal(table.longest(yes), '/admin', yes)
  for (const no of ['/administrator', '/admin-x', '/', '/x/admin', '/adm', '/admin.php'])
    assert.equal(table.longest(no), undefined, no)
})

test('the longest prefix wins for routes, in whatever order they are listed', () => {
  for (const table of [tableOf('/', '/api', '/api/v2'), tableOf('/api/v2', '/api', '/')]) {
    assert.deepEqual(['/', '/x', '/api', '/api/v1', '/api/v2/x'].map(table.longest), [
      '/',
      '/',
      '/api',
      '/api',
      '/api/v2',
    ])
  }
})

test('the first listed rule that accepts decides, however short its prefix', () => {
  const table = tableOf('/api/public', '/api', '/', '/api/v2')
  assert.equal(table.firstMatching('/api/v2', always), '/api')
  assert.equal(table.firstMatching('/api/public/x', always), '/api/public')
  assert.equal(
    table.firstMatching('/api/v2', (value) => value !== '/api'),
    '/',
  )
  assert.equal(
    table.firstMatching('/api/v2', () => false),
    undefined,
  )
  assert.equal(tableOf('/a').firstMatching('/b', always), undefined)
})

test('of equal patterns the first listed counts', () => {
  const table = compilePathTable([1, 2].map((value) => ({ path: '/a', value })))
  assert.equal(table.longest('/a'), 1)
  assert.equal(table.firstMatching('/a', always), 1)
})

test("'*' stands for exactly one whole segment, and a literal segment goes before it", () => {
  const table = tableOf('/users/*/keys', '/users/me/*', '/users/me')
  assert.equal(table.longest('/users/17/keys/3'), '/users/*/keys')
  assert.equal(table.longest('/users/17'), undefined)
  assert.equal(table.longest('/users/17/18/keys'), undefined)
  assert.equal(table.longest('/users/me/keys'), '/users/me/*')
  assert.equal(table.longest('/users/me/'), '/users/me')
})

test('a rule catches its path in another case and in every reading (A2, A4, A6, A8)', () => {
  const table = tableOf('/Admin')
  for (const raw of [
    '/ADMIN',
    '/admin;x',
    '/admin%3fx',
    '/%61dmin',
    '/admin%5cusers',
    '/admin%2fusers',
    '/admin%252fusers',
  ]) {
    assert.ok(
      readings(raw).some((reading) => table.longest(foldPath(reading)) === '/Admin'),
      raw,
    )
  }
})

test('a reading that keeps an encoded slash matches a pattern that has it', () => {
  const table = tableOf('/@scope%2Fname')
  assert.equal(table.longest('/@scope%2fname'), '/@scope%2Fname')
  assert.equal(table.longest('/@scope/name'), undefined)
})

test('a table may tell /Admin from /admin if a route says so', () => {
  const table = compilePathTable([{ path: '/Admin%2FX', value: 1 }], { caseSensitive: true })
  assert.deepEqual(['/Admin%2fX', '/admin%2fx'].map(table.longest), [1, undefined])
})

test('names of object members are ordinary segments', () => {
  assert.equal(tableOf('/a').longest('/__proto__/constructor'), undefined)
  assert.equal(tableOf('/__proto__').longest('/__proto__'), '/__proto__')
})

test('refuses a malformed pattern and says what is allowed', () => {
  const refused: [string, RegExp][] = [
    ['admin', /must begin with '\/'/],
    ['', /must begin with '\/'/],
    ['/admin/', /"\/admin" covers all below it/],
    ['/a//b', /'\/\/'/],
    ['/a/../b', /segments '\.' and '\.\.'/],
    ['/a/.', /segments '\.' and '\.\.'/],
    ['/a*', /one whole segment/],
    ['/**', /one whole segment/],
    ['/caf%C3%A9', /written decoded/],
    ['/a?b', /the path alone/],
    ['/a;b', /the path alone/],
    ['/a\\b', /the path alone/],
    ['/a\nb', /control characters/],
    [`/${'a'.repeat(2000)}`, /longer than 1024/],
  ]
  for (const [path, message] of refused) assert.throws(() => tableOf(path), { name: 'RangeError', message })
})

/** The definition, segment by segment. */
function covers(pattern: string, path: string): boolean {
  const want = pattern === '/' ? [] : pattern.slice(1).split('/')
  const have = path.slice(1).split('/')
  return want.every((segment, i) => (segment === '*' ? (have[i] ?? '') !== '' : segment === have[i]))
}

test('agrees with the definition on all patterns and paths', () => {
  const segments = (names: string[]) =>
    fc.array(fc.constantFrom(...names), { maxLength: 4 }).map((list) => `/${list.join('/')}`)
  const patterns = fc.array(segments(['a', 'b', 'ab', '*']), { maxLength: 12 })
  const paths = fc
    .tuple(segments(['a', 'b', 'ab', 'c']), fc.boolean())
    .map(([path, slash]) => (slash && path !== '/' ? `${path}/` : path))
  fc.assert(
    fc.property(patterns, paths, fc.nat(3), (list, path, skip) => {
      const table = compilePathTable(list.map((pattern, value) => ({ path: pattern, value })))
      const matching = list.map((_, i) => i).filter((i) => covers(list[i]!, path))
      assert.equal(
        table.firstMatching(path, (value) => value >= skip),
        matching.find((i) => i >= skip),
      )
      const depth = (i: number) => (list[i] === '/' ? 0 : list[i]!.split('/').length)
      const longest = table.longest(path)
      assert.equal(longest === undefined, matching.length === 0)
      if (longest !== undefined) assert.equal(depth(longest), Math.max(...matching.map(depth)))
    }),
    { numRuns: 5000 },
  )
})

test('2,000 rules cost less than five times what two cost', (t) => {
  const entries = Array.from({ length: 2000 }, (_, i) => ({ path: `/area${i % 40}/part${i}`, value: i }))
  const paths = entries.slice(0, 500).map(({ path }) => `${path}/x/y`)
  const nanoseconds = (count: number) => {
    const table = compilePathTable([...entries.slice(0, count - 1), { path: '/', value: -1 }])
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < 60; round++) {
      const start = process.hrtime.bigint()
      for (const path of paths) assert.ok(table.firstMatching(path, always) !== undefined)
      best = Math.min(best, Number(process.hrtime.bigint() - start) / paths.length)
    }
    return best
  }
  const [two, many] = [nanoseconds(2), nanoseconds(2000)]
  t.diagnostic(`2: ${two.toFixed(0)} ns, 2,000: ${many.toFixed(0)} ns`)
  assert.ok(many < 5 * two, `${many} ns against ${two} ns`)
})
