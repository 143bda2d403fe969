import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observed, stackOf } from '../../samples.fixture.ts'
import type { Observation, Sample } from '../rule.ts'
import { composeRules } from './index.ts'

function run(id: string, files: Sample, profile?: string): readonly Observation[] {
  const rule = composeRules.find((one) => one.id === `compose.${id}`)!
  return observed(rule, stackOf(files, profile === undefined ? {} : { profile }))
}

/** A project with these services, each a line of YAML. */
function project(services: Readonly<Record<string, string>>, more = ''): Sample {
  const lines = Object.entries(services).map(([name, body]) => `  ${name}: { ${body} }\n`)
  return { 'compose.yaml': `services:\n${lines.join('')}${more}` }
}

const seen = (found: readonly Observation[]) =>
  found.map(({ service, severity, observed: text }) => [service, severity, text])
const texts = (found: readonly Observation[]) => found.map(({ observed: text }) => text)

test('a port without an address is published on both families, and a private address is milder', () => {
  const ports = (port: string) => project({ db: `image: "postgres:17.2", ports: ["${port}"]` })
  const found = run('published-data', ports('5432:5432'))
  assert.deepEqual(seen(found), [['db', 'critical', 'port 5432 is published on 0.0.0.0:5432 and [::]:5432']])
  assert.equal(found[0]?.expected, '127.0.0.1:5432, or no published port')
  assert.equal(run('published-data', ports('192.168.1.5:5432:5432'))[0]?.severity, 'high')
  assert.equal(run('published-data', ports('100.64.0.1:5432:5432'))[0]?.severity, 'high')
  assert.equal(run('published-data', ports('172.32.0.1:5432:5432'))[0]?.severity, 'critical')
  for (const port of ['127.0.0.1:5432:5432', '[::1]:5432:5432', '127.0.0.53:5432:5432'])
    assert.deepEqual(texts(run('published-data', ports(port))), [], port)
})

test('each published port is told by one rule, which fits what publishes it', () => {
  const files = project({
    app: 'image: "loomio/loomio:3.0.20", ports: ["3000:3000"]',
    db: 'image: "postgres:17.2", ports: ["5432:5432"]',
    adminer: 'image: "adminer:5.1.0", ports: ["8081:8080"]',
    proxy: 'image: "caddy:2.10.0", ports: ["80:80", "443:443", "443:443/udp"]',
    haraka: 'image: "loomio/haraka:1.2.3", ports: ["25:25"]',
    strange: 'image: "example/x:1.2.3", ports: ["9000:9000"]',
  })
  assert.deepEqual(
    seen(run('published-port', files)).map(([name, severity]) => [name, severity]),
    [
      ['app', 'high'],
      ['strange', 'medium'],
    ],
  )
  assert.deepEqual(
    run('published-data', files).map(({ service }) => service),
    ['db'],
  )
  assert.deepEqual(
    run('published-tool', files).map(({ service }) => service),
    ['adminer'],
  )
})

test("a proxy's own administration is a tool", () => {
  const found = run('published-tool', project({ traefik: 'image: "traefik:3.7.1", ports: ["443:443", "8080:8080"]' }))
  assert.deepEqual(texts(found), ['port 8080 is published on 0.0.0.0:8080 and [::]:8080'])
})

test('a proxy is there also as a tunnel, in a file of nginx, or in another project', () => {
  const app = (body: string) => project({ web: `image: x/web:1.2.3, build: . ${body}` })
  assert.equal(run('no-proxy', app(', ports: ["3000:3000"]'))[0]?.severity, 'medium')
  assert.equal(run('no-proxy', app(', ports: ["127.0.0.1:3000:3000"]'))[0]?.severity, 'low')
  const others = [
    { ...app(''), 'nginx.conf': 'http { server { listen 443 ssl; } }\n' },
    app(', labels: ["traefik.enable=true"]'),
    project({ web: 'image: x/web:1.2.3, build: ., networks: [edge]' }, 'networks:\n  edge: { external: true }\n'),
    project({ web: 'image: x/web:1.2.3, build: .', tunnel: 'image: "cloudflare/cloudflared:2026.1.0"' }),
  ]
  for (const files of others) assert.deepEqual(texts(run('no-proxy', files)), [])
  const certbot = project({ web: 'image: x/web:1.2.3, build: .', certbot: 'image: "certbot/certbot:v4.0.0"' })
  assert.equal(run('no-proxy', certbot).length, 1)
})

test('who may reach a database: who is an application, or names it as a host', () => {
  const files = project({
    web: 'image: "loomio/loomio:3.0.20"',
    db: 'image: "postgres:17.2"',
    adminer: 'image: "adminer:5.1.0", environment: { ADMINER_DEFAULT_SERVER: db }',
    cron: 'image: "example/cron:1.2.3", environment: { URL: "postgres://u@db:5432/x" }',
    other: 'image: "example/other:1.2.3", environment: { DB_USER: db, TITLE: "dbase and db2" }',
    proxy: 'image: "caddy:2.10.0"',
  })
  assert.deepEqual(texts(run('data-reachable', files)), ['db (port 5432) can be reached by other and proxy'])
  assert.deepEqual(texts(run('shared-network', files)), ['db shares a network with adminer and proxy'])
})

test('a second, open network makes an internal one useless', () => {
  const files = project(
    { ollama: 'image: "ollama/ollama:0.6.2", networks: [in, out]', db: 'image: "postgres:17.2", networks: [out]' },
    'networks: { in: { internal: true }, out: {} }\n',
  )
  assert.deepEqual(seen(run('data-egress', files)), [
    ['ollama', 'high', 'ollama is on out, which is not internal'],
    ['db', 'medium', 'db is on out, which is not internal'],
  ])
})

test('an application whose way out is a proxy of the project is let pass', () => {
  const app = (env: string) =>
    project({ app: `image: x/a:1.2.3, build: ., environment: { ${env} }`, egress: 'image: "x/squid:6.1"' })
  assert.equal(run('open-egress', app('HTTPS_PROXY: "http://proxy.example.org:3128"')).length, 1)
  assert.deepEqual(texts(run('open-egress', app('HTTPS_PROXY: "http://egress:3128"'))), [])
})

test('root is what nothing speaks against: not user, not the Dockerfile, not what is known of the image', () => {
  const user = (body: string, more: Sample = {}) => run('root-user', { ...project({ web: body }), ...more }).length
  assert.equal(user('image: x/web:1.2.3'), 1)
  assert.equal(user('image: x/web:1.2.3, user: "root:root"'), 1)
  assert.equal(user('image: x/web:1.2.3, user: "${UID:-}"'), 1)
  assert.equal(user('image: x/web:1.2.3, user: "1000:0"'), 0)
  assert.equal(user('image: "redis:7.4.2"'), 0)
  assert.equal(user('image: "redis:7.4.2", user: "0"'), 0)
  assert.equal(user('build: .', { Dockerfile: 'FROM node:22.1\nUSER 1000\n' }), 0)
  assert.equal(user('build: .', { Dockerfile: 'FROM node:22.1\n' }), 1)
  assert.equal(user('build: .', { Dockerfile: 'FROM couchdb:3.4.2\nCOPY a b\n' }), 0)
  assert.equal(user('build: .', { Dockerfile: 'FROM redis:7.4.2\nUSER root\n' }), 1)
})

test('a socket proxy needs root, which is milder there', () => {
  const found = run('root-user', project({ p: 'image: "wollomatic/socket-proxy:1.10.0", user: "0:0"' }))
  assert.deepEqual(seen(found), [['p', 'low', 'p has user: 0:0']])
})
