import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Config, configSchema } from '../config/schema.ts'
import { edgeGuards } from './edge.ts'
import { guards } from './index.ts'

const HERE = import.meta.dirname
const MINIMAL = {
  portal: 'https://auth.example.org',
  sites: [{ host: 'app.example.org', routes: [{ upstream: 'http://127.0.0.1:1' }] }],
}
const SECTIONS = ['Threat', 'Promise', 'How it is proved', 'What it does not cover']

type Shape = Record<string, unknown>

/** Where the keys of each guard are written: what is put there must be refused when no guard knows it. */
const PLACES: Record<string, (unknownKey: Shape) => Shape> = {
  'client-address': (key) => ({ network: key }),
  network: (key) => ({ network: key }),
  'request-form': (key) => ({ timeouts: key }),
  tls: (key) => ({ tls: { issuer: 'internal', ...key } }),
  sessions: (key) => ({ sessions: key }),
  'rate-limit': (key) => ({ sites: [{ ...MINIMAL.sites[0], limits: key }] }),
  access: (key) => ({ sites: [{ ...MINIMAL.sites[0], access: [{ allow: 'public', ...key }] }] }),
  origin: (key) => ({ sites: [{ ...MINIMAL.sites[0], routes: [{ upstream: 'http://127.0.0.1:1', ...key }] }] }),
  headers: (key) => ({ sites: [{ ...MINIMAL.sites[0], headers: key }] }),
  accounts: (key) => ({ accounts: key }),
  audit: (key) => ({ audit: key }),
}

/** What holds when nothing is written. */
const SAFE: Record<string, (config: Config) => boolean> = {
  'client-address': ({ network }) => network['trusted-proxies'].length === 0,
  network: ({ network }) => network.deny.length === 0 && network.allow.length === 0,
  'request-form': ({ sites, timeouts }) =>
    sites[0]!.limits.body > 0 && timeouts.headers <= 60_000 && timeouts.idle <= 120_000,
  tls: ({ tls, http, ...config }) =>
    tls.issuer === 'internal' && http.length === 0 && config['http-mode'] === 'redirect',
  sessions: ({ sessions }) =>
    sessions.idle <= 86_400_000 && sessions.absolute <= 30 * 86_400_000 && sessions['without-control'] <= 600_000,
  'rate-limit': ({ sites }) => sites[0]!.limits.rate.count > 0 && sites[0]!.limits.burst <= 1_000,
  access: ({ sites }) => sites[0]!.access.length === 0,
  origin: ({ sites }) => sites[0]!.routes[0]!.origins.length === 0,
  headers: ({ sites }) =>
    sites[0]!.headers['frame-options'] !== 'none' && sites[0]!.headers['referrer-policy'] !== 'none',
  accounts: ({ accounts }) => accounts['password-length'] >= 12 && accounts['password-score'] >= 3,
  audit: ({ audit }) => audit['checkpoint-to'] === undefined,
}

test('every folder with a guard is in the list once, and nothing else is', () => {
  const folders = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  assert.deepEqual(guards.map(({ id }) => id).sort(), folders.map(({ name }) => name).sort())
})

test('what runs in an edge belongs to a guard of the list, and has the same reasons', () => {
  for (const { id, reasons } of edgeGuards)
    assert.deepEqual(guards.find((guard) => guard.id === id)?.reasons, reasons, id)
})

test('the names of all reasons and controls are unique and begin with the name of their guard', () => {
  const names = guards.flatMap(({ id, reasons, controls }) =>
    [...Object.values(reasons), ...controls].map((named) => {
      assert.ok(named.id.startsWith(`${id}.`), `${named.id} belongs to ${id}`)
      return named.id
    }),
  )
  const controls = new Set(guards.flatMap((guard) => guard.controls.map(({ id }) => id)))
  assert.equal(controls.size, guards.flatMap((guard) => guard.controls).length)
  assert.ok(names.length > 30, `${names.length} names`)
})

for (const guard of guards) {
  const { id } = guard

  test(`${id} refuses a key that it does not know`, () => {
    assert.ok(configSchema.safeParse({ ...MINIMAL, ...PLACES[id]!({}) }).success, 'without the key it is taken')
    assert.ok(!configSchema.safeParse({ ...MINIMAL, ...PLACES[id]!({ nonsense: 1 }) }).success)
  })

  test(`${id} is safe when nothing is configured`, () => {
    assert.ok(SAFE[id]!(configSchema.parse(MINIMAL)))
  })

  test(`${id} says what it is about in four sections`, () => {
    const readme = join(HERE, id, 'README.md')
    assert.ok(existsSync(readme), 'README.md')
    const found = [...readFileSync(readme, 'utf8').matchAll(/^## (.+)$/gm)].map(([, title]) => title)
    assert.deepEqual(found, SECTIONS)
  })

  test(`${id} promises something and has a way to show it`, () => {
    assert.ok(guard.controls.length > 0)
    assert.ok(guard.cases !== undefined || guard.observe !== undefined || guard.inspect !== undefined)
    for (const control of guard.controls) assert.match(control.promise, /^[A-Z].*\.$/)
  })
}
