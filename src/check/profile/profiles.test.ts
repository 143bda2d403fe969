import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFacts } from '../facts/fields.ts'
import { guideNames } from '../guide/load.ts'
import { loadProfile, profileNames, readProfile } from './load.ts'
import type { Profile } from './profile.ts'
import { recogniseProfile } from './recognise.ts'
import { serviceFacts } from './service.ts'

const applications = profileNames().filter((name) => name !== 'generic')
const setting = (profile: Profile, name: string) => profile.settings.find((one) => one.name === name)

/** As rules read it: on the whole value. */
const isSafe = (profile: Profile, name: string, value: string) =>
  new RegExp(`^(?:${setting(profile, name)?.safe})$`).test(value)

test('there are five applications and the generic profile, each with its guide', () => {
  assert.deepEqual(applications, ['dataspace', 'express', 'inventaire', 'inventree', 'loomio'])
  assert.deepEqual(guideNames(), applications)
  for (const name of applications) assert.equal(loadProfile(name).guide, name)
  assert.equal(loadProfile('generic').guide, undefined)
})

for (const name of profileNames()) {
  test(`every name of a setting in ${name} is unique, and none is both read and unread`, () => {
    const profile = loadProfile(name)
    const names = [...profile.settings, ...profile.unread].map((one) => one.name)
    assert.deepEqual(names, [...new Set(names)])
  })

  test(`${name} suggests only values that it calls safe`, () => {
    for (const { name: key, safe, suggest } of loadProfile(name).settings) {
      if (safe !== undefined && suggest !== undefined) assert.match(suggest, new RegExp(`^(?:${safe})$`), key)
    }
  })

  test(`${name} says what the danger is wherever it says what is safe`, () => {
    for (const { name: key, safe, danger } of loadProfile(name).settings) {
      assert.equal(safe === undefined, danger === undefined, key)
    }
  })

  test(`${name} points only to settings that are read`, () => {
    const profile = loadProfile(name)
    for (const { instead } of profile.unread) if (instead !== undefined) assert.ok(setting(profile, instead), instead)
  })
}

for (const name of applications) {
  test(`${name} says what it was read from, what has to be backed up and what it must reach`, () => {
    const { versions, data, outbound, signOn, services } = loadProfile(name)
    assert.ok(versions.length > 0 && outbound.length > 0 && signOn.length > 0)
    assert.ok(data.some(({ kind }) => kind === 'database'))
    assert.ok(data.some(({ kind }) => kind === 'settings'))
    assert.ok(services.some(({ role }) => role === 'app'))
  })
}

test('a profile knows the common services and settings, after its own', () => {
  const loomio = loadProfile('loomio')
  assert.equal(serviceFacts(loomio, 'adminer', 'adminer:4.8.1')?.role, 'tool')
  assert.ok(setting(loomio, 'MYSQL_ROOT_PASSWORD')?.secret)
  assert.equal(setting(loomio, 'POSTGRES_PASSWORD')?.required, 'The database does not start.')
})

test('the roles of a stack are recognised by image and name', () => {
  for (const [profile, name, image, role] of [
    ['loomio', 'app', 'wizmoisa/loomio:master', 'app'],
    ['loomio', 'worker', 'loomio/loomio:3.0.20', 'worker'],
    ['loomio', 'db', 'postgres:15-alpine', 'database'],
    ['loomio', 'backup', undefined, 'backup'],
    ['loomio', 'netdata', 'netdata/netdata:v2.7.3', 'tool'],
    ['inventree', 'inventree-worker', 'inventree/inventree:stable', 'worker'],
    ['inventree', 'inventree-proxy', 'caddy:alpine', 'proxy'],
    ['inventaire', 'couchdb', undefined, 'database'],
    ['inventaire', 'elasticsearch', 'docker.elastic.co/elasticsearch/elasticsearch:7.17.28', 'search'],
    ['dataspace', 'docker-socket-proxy', 'wollomatic/socket-proxy:1', 'socket-proxy'],
    ['dataspace', 'ollama', 'ghcr.io/dataspaceswiss/ollama:latest', 'model'],
    ['generic', 'store', 'mariadb:11', 'database'],
    ['generic', 'in', 'traefik:v3', 'proxy'],
  ] as const) {
    assert.equal(serviceFacts(loadProfile(profile), name, image)?.role, role, `${profile} ${name} ${image}`)
  }
  assert.equal(serviceFacts(loadProfile('generic'), 'shop', 'example/shop'), undefined)
})

test('an application is recognised by its images, then by names, else it is any application', () => {
  assert.equal(recogniseProfile(['postgres:15', 'wizmoisa/loomio:master'], []).name, 'loomio')
  assert.equal(recogniseProfile(['ghcr.io/dataspaceswiss/api:latest'], ['loomio']).name, 'dataspace')
  assert.equal(recogniseProfile(['inventaire/inventaire'], []).name, 'inventaire')
  assert.equal(recogniseProfile(['inventree/inventree:stable'], []).name, 'inventree')
  assert.equal(recogniseProfile(['registry.example.org/levibostian/expressjsblanky:1'], []).name, 'express')
  assert.equal(recogniseProfile([], ['inventree-db', 'inventree-server']).name, 'inventree')
  assert.equal(recogniseProfile(['postgres', 'nginx'], ['db', 'web']).name, 'generic')
  assert.equal(recogniseProfile([], []).name, 'generic')
})

test('an unknown name is refused with those that there are, and none leads out of the folder', () => {
  for (const name of ['lomio', '../guides/loomio', '', '/etc/passwd', '__proto__']) {
    assert.throws(() => loadProfile(name), { code: 'check.unknown-name', hint: /There are: dataspace, express/ })
  }
})

test('a profile with a wrong key, role, path or expression is refused', () => {
  const base = 'title: A\nversions: [a]\n'
  for (const [text, message] of [
    ['services: [{ role: databse }]', /services\[0\]\.role: found "databse", allowed: app, worker, /],
    ['paths: { admin: [admin] }', /paths\.admin: found "admin", allowed: paths that begin with \//],
    ['paths: { sign-up: [/a] }', /paths\.sign-up: this key is not known/],
    [
      "settings: [{ name: A, meaning: b, safe: '(' }]",
      /settings\[0\]\.safe: found "\(", allowed: a regular expression/,
    ],
    ['unread: [{ name: A, why: b }, { name: A, why: c }]', /unread: found "A", allowed: every name once/],
  ] as const) {
    assert.throws(() => readProfile('x', parseFacts('x', base + text)), message)
  }
})

test('samples of the applications are unsafe where they are dangerous', () => {
  for (const [name, key, bad, good] of [
    ['loomio', 'RACK_ATTACK_RATE_MULTPLIER', '100', '1'],
    ['loomio', 'SMTP_SSL_VERIFY_MODE', 'none', 'peer'],
    ['loomio', 'FORCE_SSL', 'true', '1'],
    ['loomio', 'RAILS_LOG_LEVEL', 'error', 'info'],
    ['express', 'DISABLE_SSL', 'false', undefined],
    ['inventree', 'INVENTREE_ALLOWED_HOSTS', '*', 'parts.example.org'],
    [
      'inventree',
      'INVENTREE_GLOBAL_SETTINGS',
      '{"LOGIN_ENFORCE_MFA":true}',
      '{"LOGIN_ENABLE_REG": false, "LOGIN_ENFORCE_MFA": true}',
    ],
    ['inventree', 'INVENTREE_TRUSTED_ORIGINS', 'https://a.example.org,http://b.example.org', 'https://a.example.org'],
    ['inventaire', 'NODE_CONFIG', '{"cookieMaxAge":15552000000}', '{"cookieMaxAge":604800000}'],
    [
      'inventaire',
      'NODE_CONFIG',
      '{"cookieMaxAge":1,"outgoingRequests":{"rejectPrivateUrls":false}}',
      '{"cookieMaxAge":86400000,"a":1}',
    ],
    ['dataspace', 'SP_ALLOWFROM', '0.0.0.0/0', 'api'],
    ['dataspace', 'API_VERSION', 'latest', '2.4.1'],
    ['generic', 'POSTGRES_HOST_AUTH_METHOD', 'trust', 'scram-sha-256'],
  ] as const) {
    const profile = loadProfile(name)
    assert.ok(!isSafe(profile, key, bad), `${key}=${bad}`)
    if (good !== undefined) assert.ok(isSafe(profile, key, good), `${key}=${good}`)
  }
})

test('flags that any value turns on are known as such', () => {
  for (const [name, key] of [
    ['loomio', 'FEATURES_DISABLE_CREATE_USER'],
    ['loomio', 'SMTP_USE_SSL'],
    ['loomio', 'FORCE_SSL'],
    ['express', 'DISABLE_SSL'],
    ['express', 'DISABLE_SQL_LOGGING'],
    ['generic', 'MYSQL_ALLOW_EMPTY_PASSWORD'],
  ] as const) {
    assert.equal(setting(loadProfile(name), key)?.presence, true, key)
  }
})
