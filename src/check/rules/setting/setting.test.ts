import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observed, stackOf } from '../../samples.fixture.ts'
import type { Rule, Sample } from '../rule.ts'
import { settingRules } from './index.ts'
import { misspelling } from './similar.ts'

function rule(id: string): Rule {
  const found = settingRules.find((one) => one.id === `setting.${id}`)
  assert.ok(found)
  return found
}

/** `severity observed`. */
function told(id: string, sample: Sample, profile?: string): readonly string[] {
  const one = rule(id)
  const stack = stackOf(sample, profile === undefined ? {} : { profile })
  return observed(one, stack).map((found) => `${found.severity ?? one.severity} ${found.observed}`)
}

const loomio = (lines: string) => `services:\n  app:\n    image: loomio/loomio:v3.0.20\n    ${lines}\n`

/** What `--fix` would write: kind, name or path, value. */
function repairs(id: string, sample: Sample, profile?: string) {
  const stack = stackOf(sample, profile === undefined ? {} : { profile })
  return observed(rule(id), stack).flatMap(({ repair }) =>
    [repair ?? []].flat().map((one) => {
      if (one.kind === 'env') return [one.name, one.value]
      return one.kind === 'compose' ? [one.path.join('.'), one.how, one.value] : []
    }),
  )
}

test('a name that nothing reads is taken out where it stands, in the env file or under environment', () => {
  const compose = loomio('environment: { SMTP_USE_TLS: "true" }')
  assert.deepEqual(repairs('unread', { 'compose.yaml': compose }), [
    ['services.app.environment.SMTP_USE_TLS', 'remove', null],
  ])
  const sample = { 'compose.yaml': loomio('env_file: .env'), '.env': 'LOOMIO_HMAC_KEY=x\n' }
  assert.deepEqual(repairs('unread', sample), [['LOOMIO_HMAC_KEY', undefined]])
})

test('a name that the application does not read is fine for another program', () => {
  const compose = `${loomio('environment: { CANONICAL_HOST: a.example.org }')}  netdata:\n    image: netdata/netdata:v2.7.3\n    environment: { DEBUG: "1" }\n`
  assert.deepEqual(told('unread', { 'compose.yaml': compose }), [])
})

test('an entry of .env that reaches no container is told, and weighs more when the application knows it', () => {
  const sample = {
    'compose.yaml': loomio('environment: { CANONICAL_HOST: "${HOST}" }'),
    '.env': 'HOST=a.example.org\nCOMPOSE_PROJECT_NAME=x\nSMTP_SSL_VERIFY_MODE=peer\nMINE=1\n',
  }
  assert.deepEqual(told('unread', sample), [
    'medium SMTP_SSL_VERIFY_MODE is in .env, and no container is given it',
    'low MINE is in .env, and no container is given it',
  ])
})

test('before there is an .env, its sample is looked at and not patched', () => {
  const sample = { 'compose.yaml': loomio('env_file: .env'), '.env.example': 'SMTP_USE_TLS=true\n' }
  const found = observed(rule('unread'), stackOf(sample))
  assert.deepEqual(
    found.map(({ at, repair }) => [at.file, at.line, repair]),
    [['.env.example', 1, undefined]],
  )
})

test('knows misspellings from other words', () => {
  const same: readonly (readonly [string, string])[] = [
    ['RACK_ATTACK_RATE_MULTPLIER', 'RACK_ATTACK_RATE_MULTIPLIER'],
    ['POSTGRES_PASWORD', 'POSTGRES_PASSWORD'],
    ['FEATURES_DISABLE_CRAETE_USER', 'FEATURES_DISABLE_CREATE_USER'],
    ['LOGIN_TOKEN_EXPIRTION_MINUTE', 'LOGIN_TOKEN_EXPIRATION_MINUTES'],
  ]
  for (const [name, other] of same) assert.ok(misspelling(name, other) !== undefined, name)
  const different: readonly (readonly [string, string])[] = [
    ['DATABASE_HOST', 'DATABASE_PORT'],
    ['INVENTREE_EMAIL_TLS', 'INVENTREE_EMAIL_SSL'],
    ['REDIS_PASSWORD_1', 'REDIS_PASSWORD_2'],
    ['SMTP_USER', 'SMTP_USERNAME'],
    ['POSTGRES_PASSWORD', 'POSTGRES_PASSWORD'],
  ]
  for (const [name, other] of different) assert.equal(misspelling(name, other), undefined, name)
})

test('a name that Compose fills in itself is not misspelled', () => {
  const compose = 'services:\n  app:\n    image: loomio/loomio:${LOOMIO_PORTS}\n'
  assert.deepEqual(told('misspelled', { 'compose.yaml': compose, '.env': 'LOOMIO_PORTS=v3.0.20\n' }), [])
})

test('where versions differ in a name, the other one gets the same value, or a safe one', () => {
  const sample = (value: string) => ({
    'compose.yaml': loomio('env_file: .env'),
    '.env': `RACK_ATTACK_RATE_MULTPLIER=${value}\n`,
  })
  assert.deepEqual(repairs('misspelled', sample('0.5')), [['RACK_ATTACK_RATE_MULTIPLIER', '0.5']])
  assert.deepEqual(repairs('misspelled', sample('100')), [['RACK_ATTACK_RATE_MULTIPLIER', '1']])
})

test('a flag set to false is on: a dangerous one is taken out, a wanted one says what holds', () => {
  const sample = { '.env': 'DISABLE_SSL=false\nDATABASE_HOST=10.0.0.5\n' }
  assert.match(told('presence-flag', sample, 'express')[0] ?? '', /^high DISABLE_SSL is set to an "off" value/)
  assert.deepEqual(repairs('presence-flag', sample, 'express'), [['DISABLE_SSL', undefined]])
  assert.deepEqual(told('dangerous-value', sample, 'express'), [])
  const registration = { 'compose.yaml': loomio('env_file: .env'), '.env': 'FEATURES_DISABLE_CREATE_USER=false\n' }
  assert.match(told('presence-flag', registration)[0] ?? '', /^medium /)
  assert.deepEqual(repairs('presence-flag', registration), [['FEATURES_DISABLE_CREATE_USER', '1']])
})

test('a dangerous value is replaced by the safe one, also where Compose has it as a default', () => {
  const compose = loomio('environment: { RACK_ATTACK_RATE_MULTPLIER: "${RATE:-100}" }')
  assert.deepEqual(repairs('dangerous-value', { 'compose.yaml': compose }), [
    ['services.app.environment.RACK_ATTACK_RATE_MULTPLIER', 'merge', '1'],
  ])
})

test('debugging and open doors of tools weigh more', () => {
  const compose =
    'services:\n  inventree-server:\n    image: inventree/inventree:1.1.0\n    environment: { INVENTREE_DEBUG: "True", INVENTREE_EMAIL_HOST: "" }\n'
  assert.match(told('dangerous-value', { 'compose.yaml': compose })[0] ?? '', /^high INVENTREE_DEBUG/)
})

test('a required setting is looked for in the application only, and its file counts', () => {
  const beside = 'services:\n  db:\n    image: postgres:17.2\n'
  assert.deepEqual(told('required', { 'compose.yaml': beside }, 'loomio'), [])
  const compose = loomio('environment: { FEATURES_DISABLE_CREATE_USER_FILE: /run/x }')
  assert.ok(
    !told('required', { 'compose.yaml': compose }).some((text) => text.includes('FEATURES_DISABLE_CREATE_USER')),
  )
})

test('knows which data services let everybody in, and who can get there', () => {
  const one = (image: string, lines = '') =>
    told('no-authentication', { 'compose.yaml': `services:\n  store:\n    image: ${image}\n${lines}` })
  const environment = (text: string) => `    environment: { ${text} }\n`
  assert.deepEqual(one('redis:8.2.1'), ['medium store: it has no password (requirepass)'])
  assert.equal(one('redis:8.2.1', '    ports: ["6379:6379"]\n')[0]?.split(' ')[0], 'high')
  assert.deepEqual(one('redis:8.2.1', '    ports: ["127.0.0.1:6379:6379"]\n'), [
    'medium store: it has no password (requirepass)',
  ])
  for (const command of [
    'redis-server --requirepass $$P',
    'redis-server /run/secrets/conf',
    '["redis-server", "--aclfile", "/a"]',
  ]) {
    assert.deepEqual(one('redis:8.2.1', `    command: ${command}\n`), [], command)
  }
  assert.equal(one('bitnami/redis:8.0', environment('ALLOW_EMPTY_PASSWORD: "yes"')).length, 1)
  assert.deepEqual(one('bitnami/redis:8.0', environment('REDIS_PASSWORD: x')), [])
  assert.equal(one('postgres:17.2', environment('POSTGRES_HOST_AUTH_METHOD: trust')).length, 1)
  assert.deepEqual(one('postgres:17.2'), [])
  assert.equal(one('mariadb:11.8.2', environment('MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: "no"')).length, 1)
  assert.equal(one('mongo:8.0.4').length, 1)
  assert.deepEqual(one('mongo:8.0.4', environment('MONGO_INITDB_ROOT_USERNAME_FILE: /run/secrets/user')), [])
  assert.equal(one('elasticsearch:7.17.28').length, 1)
  assert.deepEqual(one('elasticsearch:8.17.0'), [])
})

test('mail: TLS or a verified certificate is enough, a setting that nothing reads is not', () => {
  const mail = (lines: string) =>
    told('mail-unencrypted', {
      'compose.yaml': loomio('env_file: .env'),
      '.env': `SMTP_SERVER=mail.example.org\n${lines}`,
    })
  assert.equal(mail('SMTP_USE_TLS=true\n').length, 1)
  assert.deepEqual(mail('SMTP_SSL_VERIFY_MODE=peer\n'), [])
  assert.equal(mail('SMTP_SSL_VERIFY_MODE=none\n').length, 1)
  assert.deepEqual(mail('SMTP_PORT=465\n'), [])
})

test('mail to a container beside, or of an application without such settings, is left alone', () => {
  const compose =
    'services:\n  web:\n    image: registry.example.org/web:1.0.0\n    environment: { SMTP_HOST: relay, SMTP_TLS: "false" }\n  relay:\n    image: boky/postfix:v4.4.0\n'
  assert.deepEqual(told('mail-unencrypted', { 'compose.yaml': compose }), [])
  const plain =
    'services:\n  web:\n    image: registry.example.org/web:1.0.0\n    environment: { SMTP_HOST: mail.example.org }\n'
  assert.deepEqual(told('mail-unencrypted', { 'compose.yaml': plain }), [])
})

test('a database far away without TLS weighs more, and a socket or the machine itself nothing', () => {
  const url = (address: string) => told('database-unencrypted', { '.env': `DATABASE_URL=${address}\n` })
  assert.match(url('postgres://a:b@db/shop')[0] ?? '', /^low the address in DATABASE_URL/)
  assert.match(url('postgres://a:b@203.0.113.9/shop')[0] ?? '', /^medium /)
  assert.match(url('mysql2://a:b@db.example.org/shop')[0] ?? '', /^medium /)
  for (const address of [
    'postgres://a:b@db/shop?x=1&sslmode=require',
    'postgres:///shop',
    'postgres://a@localhost/shop',
  ]) {
    assert.deepEqual(url(address), [], address)
  }
})

test('addresses: private ones and names of containers are fine, names that look public count less', () => {
  const host = (value: string) =>
    told('database-public', { '.env': `DATABASE_HOST=${value}\n` }).map((text) => text.split(' ')[0])
  assert.deepEqual(['203.0.113.5', '2001:4860::1', 'db.example.org'].map(host), [['high'], ['high'], ['medium']])
  const fine = ['10.0.0.5', 'db', 'fd00::5', 'db.internal', 'private-db.example.org', 'db.shop.svc.cluster.local', '']
  for (const value of fine) assert.deepEqual(host(value), [], value)
})

test('a half sign-on is found across env files and files of secrets, and SAML needs no second half', () => {
  const compose = `services:
  api:
    image: ghcr.io/dataspaceswiss/api:1.0.0
    environment: { AppSettings__MicrosoftClientId: "\${MICROSOFT_CLIENT_ID}" }
    secrets: [microsoft_client_secret]
secrets:
  microsoft_client_secret: { file: ./secrets/microsoft_client_secret }
`
  const env = 'MICROSOFT_CLIENT_ID=4f1c\n'
  const whole = { 'compose.yaml': compose, '.env': env, 'secrets/microsoft_client_secret': 'k3mF8pQz1vLw9xRt\n' }
  assert.deepEqual(told('sign-on-incomplete', whole), [])
  const { 'secrets/microsoft_client_secret': _left, ...half } = whole
  assert.deepEqual(told('sign-on-incomplete', half), [
    'medium AppSettings__MicrosoftClientId is set and MICROSOFT_CLIENT_SECRET is not',
  ])
  const saml = { 'compose.yaml': loomio('env_file: .env'), '.env': 'SAML_APP_KEY=1\n' }
  assert.equal(rule('sign-on-incomplete').applies(stackOf(saml)), false)
})
