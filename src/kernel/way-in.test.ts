import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SiteRules, waysIn } from './way-in.ts'

const site = (access: SiteRules['access'], path = '/', caseSensitive = false): SiteRules => ({
  routes: [{ path, 'case-sensitive': caseSensitive }],
  access,
})

test('a rule has the request that it decides', () => {
  assert.deepEqual(
    waysIn(
      site([
        { path: '/admin', allow: { role: ['admin', 'owner'], from: ['10.0.0.0/8'] } },
        { path: '/hook', methods: ['POST', 'PUT'], allow: 'public' },
        { path: '/x', parameters: { action: ['get', 'list'] }, allow: 'signed-in' },
      ]),
    ),
    [
      { rule: 0, method: 'GET', path: '/admin', roles: ['admin'], from: '10.0.0.0/8' },
      { rule: 1, method: 'POST', path: '/hook', roles: null, from: undefined },
      { rule: 2, method: 'GET', path: '/x?action=get', roles: [], from: undefined },
    ],
  )
})

test('a rule that an earlier one hides, that nobody passes or that no route serves has none', () => {
  const rules = [
    { path: '/a', allow: 'nobody' },
    { path: '/A/b', allow: 'public' },
    { path: '/b', methods: ['POST'], allow: 'public' },
    { path: '/b', allow: 'signed-in' },
  ] as const
  assert.deepEqual(
    waysIn(site(rules)).map(({ rule }) => rule),
    [2, 3],
  )
  assert.deepEqual(
    waysIn(site(rules, '/', true)).map(({ rule }) => rule),
    [1, 2, 3],
  )
  assert.deepEqual(waysIn(site(rules, '/elsewhere')), [])
})

test('the method that is preferred is taken where the rule takes it', () => {
  const rules = [
    { path: '/a', methods: ['GET'], allow: 'public' },
    { path: '/b/*', allow: 'public' },
  ] as const
  assert.deepEqual(
    waysIn(site(rules), 'POST').map(({ method, path }) => `${method} ${path}`),
    ['GET /a', 'POST /b/castellan-probe'],
  )
})
