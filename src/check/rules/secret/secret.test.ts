import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { test } from 'node:test'
import { Disk } from '../../disk.ts'
import { readStack } from '../../read-stack.ts'
import { observed, type SampleOptions, stackOf, withSample } from '../../samples.fixture.ts'
import type { Rule, Sample } from '../rule.ts'
import { passwordOnLine } from './command-line.ts'
import { secretRules } from './index.ts'

const STRONG = '6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b'
const OTHER = '0d9f8e7c6b6f1c0f9e5b7d4a3c8e2a1b'

function rule(id: string): Rule {
  const found = secretRules.find((one) => one.id === `secret.${id}`)
  assert.ok(found)
  return found
}

/** `severity observed`. */
function told(id: string, sample: Sample, options?: SampleOptions): readonly string[] {
  const one = rule(id)
  return observed(one, stackOf(sample, options)).map((found) => `${found.severity ?? one.severity} ${found.observed}`)
}

test('no finding of any rule has a value, or a part of one, in it', () => {
  const values = ['hunter-Green-77', 'zebra4711-Kx', 'Ubuntu!Lamp2024', 'qqvvxxzz0815', 'inline-K3y-9931']
  const [first, second, third, fourth, fifth] = values
  const sample: Sample = {
    'compose.yaml': `services:
  db:
    image: postgres:17.2
    env_file: .env
    environment:
      POSTGRES_PASSWORD: ${first}
  web:
    image: registry.example.org/web:1.0.0
    build: { context: ., args: { NPM_TOKEN: ${fifth} } }
    env_file: .env
    environment:
      DATABASE_URL: postgres://web:${first}@db/web
    command: serve --password ${second}
    secrets: [token]
secrets:
  token: { file: ./secrets/token }
`,
    '.env!0644': `REDIS_PASSWORD=${second}\nADMIN_TOKEN=${third}\nJWT_SECRET=${third}\n`,
    '.env.example': `ADMIN_TOKEN=${third}\n`,
    'secrets/token': `${fourth}\n`,
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/objects/info/packs': '\n',
    '.git/index': '.env\n',
  }
  const stack = stackOf(sample)
  const found = secretRules.flatMap((one) => observed(one, stack))
  assert.ok(found.length > 15, `${found.length}`)
  const text = JSON.stringify(found)
  for (const value of values) {
    for (let start = 0; start + 5 <= value.length; start++) {
      assert.ok(!text.includes(value.slice(start, start + 5)), value.slice(start, start + 5))
    }
  }
})

test('a secret is told once, under its own name and those that containers know it by', () => {
  const compose = `services:
  db:
    image: postgres:17.2
    environment: { POSTGRES_PASSWORD: '\${DB_PASS}' }
  web:
    image: registry.example.org/web:1.0.0
    environment: { DATABASE_URL: 'postgres://web:\${DB_PASS}@db/web' }
`
  const sample = { 'compose.yaml': compose, '.env': 'DB_PASS=change-me\n' }
  assert.deepEqual(told('default', sample), [
    'critical DB_PASS (POSTGRES_PASSWORD for db): a placeholder, 9 characters',
  ])
})

test("a sample's placeholder counts less, and nothing when the real file is there", () => {
  assert.deepEqual(told('default', { '.env.example': 'ADMIN_TOKEN=12345\n' }), [
    'medium ADMIN_TOKEN: a word that everybody tries first, 5 characters',
  ])
  assert.deepEqual(told('default', { '.env': `ADMIN_TOKEN=${STRONG}\n`, '.env.example': 'ADMIN_TOKEN=12345\n' }), [])
})

test('a good-looking value that was taken over from the sample is known to everybody', () => {
  const sample = { '.env': `ADMIN_TOKEN=${STRONG}\n`, '.env.example': `ADMIN_TOKEN=${STRONG}\n` }
  assert.deepEqual(told('default', sample), ['critical ADMIN_TOKEN: the same value as in .env.example, 32 characters'])
})

test('what another party issued counts less, and never gets a value made up', () => {
  const sample = { '.env': 'SMTP_PASSWORD=k3mF8pQz1vLw9xRt\nSTRIPE_API_KEY=your_api_key\n' }
  assert.deepEqual(told('short', sample), ['low SMTP_PASSWORD: 16 characters'])
  const found = observed(rule('default'), stackOf(sample))
  assert.deepEqual(
    found.map(({ severity, repair }) => [severity, repair]),
    [['medium', undefined]],
  )
})

test('the application can ask for more than 32 characters', () => {
  const compose = 'services:\n  app:\n    image: loomio/loomio:v3.0.20\n    env_file: .env\n'
  const [found] = observed(rule('short'), stackOf({ 'compose.yaml': compose, '.env': `SECRET_KEY_BASE=${STRONG}\n` }))
  assert.deepEqual([found?.severity, found?.expected], ['medium', 'at least 64 random characters'])
})

test('new values are made for what is read anew at each start, and not for what a server keeps or encrypted with', () => {
  const lines = ['ADMIN_TOKEN', 'JWT_SECRET', 'POSTGRES_PASSWORD', 'ENCRYPTION_KEY', 'REDIS_PASSWORD', 'BACKUP_KEY']
  const text = lines.map((name, index) => `${name}=short${index}x\n`).join('')
  const mended = (sample: Sample) =>
    observed(rule('short'), stackOf(sample)).flatMap(({ repair }) => (repair === undefined ? [] : [repair].flat()))
  assert.deepEqual(
    mended({ '.env': text }).map((one) => one.kind === 'env' && [one.name, one.value]),
    ['ADMIN_TOKEN', 'JWT_SECRET'].map((name) => [name, { randomBytes: 32, form: 'hex' }]),
  )
  const redis =
    'services:\n  redis:\n    image: redis:8.2.1\n    command: redis-server --requirepass ${REDIS_PASSWORD}\n'
  const names = mended({ '.env': text, 'compose.yaml': redis }).map((one) => one.kind === 'env' && one.name)
  assert.ok(names.includes('REDIS_PASSWORD'))
})

test('the value of a Compose secret is judged, and a file that is empty or gone is told', () => {
  const compose = `services:
  db:
    image: postgres:17.2
    environment: { POSTGRES_PASSWORD_FILE: /run/secrets/db_password }
    secrets: [db_password, other]
secrets:
  db_password: { file: ./secrets/db_password }
  other: { file: ./secrets/other }
`
  assert.deepEqual(told('short', { 'compose.yaml': compose, 'secrets/db_password': 'a1b2c3d4e5\n' }), [
    'high secrets/db_password: 10 characters',
  ])
  assert.deepEqual(told('missing', { 'compose.yaml': compose, 'secrets/db_password': '\n' }), [
    'high the file secrets/db_password of the secret db_password is empty',
    'high the file secrets/other of the secret other is not there',
  ])
  assert.deepEqual(told('missing', { 'compose.yaml': compose }), [], 'before it is set up nothing is missing')
})

test('a required secret counts as set by its file, and is missed when it is empty', () => {
  const compose = (lines: string) =>
    `services:\n  backup:\n    image: registry.example.org/backup:1.0.0\n    environment:\n      ${lines}\n  app:\n    image: loomio/loomio:v3.0.20\n`
  const missed = (lines: string, env = 'TAG=1\n') =>
    told('missing', { 'compose.yaml': compose(lines), '.env': env }).filter((text) => text.includes('BACKUP_'))
  assert.deepEqual(missed('BACKUP_ENCRYPTION_KEY: ${BACKUP_ENCRYPTION_KEY}', 'BACKUP_ENCRYPTION_KEY=\n'), [
    'high BACKUP_ENCRYPTION_KEY is empty: Backups are written without encryption.',
  ])
  assert.deepEqual(missed('BACKUP_ENCRYPTION_KEY_FILE: /run/secrets/key'), [])
})

test('one value for two servers is found in two lines and in one, and one password for two names is none', () => {
  assert.deepEqual(told('reused', { '.env': `POSTGRES_PASSWORD=${STRONG}\nDB_PASSWORD=${STRONG}\n` }), [])
  assert.equal(told('reused', { '.env': `MYSQL_ROOT_PASSWORD=${STRONG}\nMYSQL_PASSWORD=${STRONG}\n` }).length, 1)
  const compose = `services:
  db: { image: 'postgres:17.2', environment: { POSTGRES_PASSWORD: '\${SHARED}' } }
  cache: { image: 'bitnami/redis:8.0', environment: { REDIS_PASSWORD: '\${SHARED}' } }
`
  assert.deepEqual(told('reused', { 'compose.yaml': compose, '.env': `SHARED=${STRONG}\n` }), [
    'medium SHARED (POSTGRES_PASSWORD for db; REDIS_PASSWORD for cache) is one value for the database and the cache',
  ])
})

test('a database keeps its own password, and a proxy gets nothing by a shared env_file', () => {
  const compose = `services:
  db: { image: 'postgres:17.2', env_file: .env }
  web: { image: 'registry.example.org/web:1.0.0', env_file: .env }
  proxy: { image: 'caddy:2.10.0', env_file: .env }
`
  assert.deepEqual(
    told('needless', { 'compose.yaml': compose, '.env': `POSTGRES_PASSWORD=${STRONG}\nAPI_SECRET=${OTHER}\n` }),
    [
      'medium db is given API_SECRET by its env_file',
      'medium proxy is given POSTGRES_PASSWORD, API_SECRET by its env_file',
    ],
  )
})

test('a default in the Compose file is written out, one that .env replaces is not', () => {
  const compose =
    'services:\n  db:\n    image: postgres:17.2\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:-postgres}\n'
  assert.deepEqual(told('in-compose', { 'compose.yaml': compose }), [
    'high POSTGRES_PASSWORD is written out, 8 characters',
  ])
  assert.deepEqual(told('in-compose', { 'compose.yaml': compose, '.env': `DB_PASSWORD=${STRONG}\n` }), [])
})

test('finds passwords among arguments, by the name of the option only', () => {
  const found: readonly (readonly [string, string])[] = [
    ['redis-server --requirepass x1y2z3', '--requirepass'],
    ['redis-cli -a x1y2z3 ping', '-a'],
    ['mysqladmin ping -h localhost -px1y2z3', '-p'],
    ['sh -c "mysqldump -ux -px1y2z3 shop > /backup/shop.sql"', '-p'],
    ['curl -u elastic:x1y2z3 http://search:9200', '-u'],
    ['npm run backup http://admin:x1y2z3@couchdb:5984 prod', 'an address'],
    ['docker run -e POSTGRES_PASSWORD=x1y2z3 postgres', 'POSTGRES_PASSWORD'],
    ['minio server --secret-key=x1y2z3 /data', '--secret-key'],
  ]
  for (const [line, name] of found) assert.equal(passwordOnLine([line]), name, line)
  const none = [
    'redis-server --requirepass $REDIS_PASSWORD',
    'sh -c \'redis-server --requirepass "$$(cat /run/secrets/redis)"\'',
    'mysqladmin ping -p$MYSQL_ROOT_PASSWORD',
    'pg_isready -U shop -p 5432',
    'tool --password-file /run/secrets/x',
    'ssh -p 222 host',
    'PGPASSWORD=x1y2z3 pg_dump shop',
    'curl http://localhost:8080/health',
  ]
  for (const line of none) assert.equal(passwordOnLine([line]), undefined, line)
})

test('a folder above that lets nobody pass makes an open file a small matter', () => {
  const sample = { 'secrets/token!0644': `${STRONG}\n` }
  // The folders of samples are their owner's alone.
  assert.deepEqual(
    observed(rule('file-readable'), stackOf(sample)).map(({ severity }) => severity),
    ['low'],
  )
  const found = withOpenFolder(sample)
  assert.deepEqual(found, ['high secrets/token has mode 0644: every user may read it'])
  assert.deepEqual(withOpenFolder({ 'secrets/token!0640': `${STRONG}\n` }), [
    'medium secrets/token has mode 0640: its group may read it',
  ])
  assert.deepEqual(withOpenFolder({ 'secrets/token!0600': `${STRONG}\n` }), [])
})

function withOpenFolder(sample: Sample): readonly string[] {
  const one = rule('file-readable')
  return withSample(sample, {}, ({ folder, reading }) => {
    chmodSync(folder, 0o755)
    const stack = readStack(new Disk(folder), folder, reading)
    return observed(one, stack).map((found) => `${found.severity ?? one.severity} ${found.observed}`)
  })
}

test('keys and files of secrets are told as tracked, settings without a secret and samples are not', () => {
  const repository = { '.git/HEAD': 'ref: refs/heads/main\n', '.git/objects/info/packs': '\n' }
  const sample: Sample = {
    ...repository,
    '.git/index': '.env\n.env.example\ndeploy/id_ed25519\nsecrets/token\n',
    '.env': 'TAG=1.2.3\n',
    '.env.example': `ADMIN_TOKEN=${STRONG}\n`,
    'deploy/id_ed25519': '-----BEGIN OPENSSH PRIVATE KEY-----\n',
    'secrets/token': `${STRONG}\n`,
  }
  assert.deepEqual(told('tracked', sample), [
    'critical deploy/id_ed25519 is tracked by git',
    'critical secrets/token is tracked by git',
  ])
})

test('a folder of secrets that is left out covers all within it, and the missing line is added', () => {
  const repository = { '.git/HEAD': 'ref: refs/heads/main\n', '.git/objects/info/packs': '\n' }
  const sample = {
    ...repository,
    '.env': `ADMIN_TOKEN=${STRONG}\n`,
    'secrets/token': `${STRONG}\n`,
    '.gitignore': 'secrets/\n',
  }
  withSample(sample, {}, ({ folder, stack }) => {
    const found = observed(rule('not-ignored'), stack)
    assert.deepEqual(
      found.map(({ observed: text, repair }) => [text, repair]),
      [
        [
          '.env is not covered by .gitignore',
          { kind: 'text', file: `${folder}/.gitignore`, line: 1, remove: 0, insert: ['/.env'] },
        ],
      ],
    )
  })
})

test('only files that hold a secret grow old', () => {
  assert.deepEqual(told('old', { '.env!91d': 'TAG=1\n' }), [])
  assert.deepEqual(told('old', { '.env!90d': `ADMIN_TOKEN=${STRONG}\n` }), [])
  assert.deepEqual(told('old', { '.env!91d': `ADMIN_TOKEN=${STRONG}\n` }), ['low .env was last written 91 days ago'])
})
