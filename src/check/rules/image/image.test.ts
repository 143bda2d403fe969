import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observed, type SampleOptions, stackOf } from '../../samples.fixture.ts'
import type { Observation, Sample } from '../rule.ts'
import { imageRules } from './index.ts'
import { image } from './sample.ts'

function run(id: string, files: Sample, more: SampleOptions = {}) {
  const rule = imageRules.find((one) => one.id === `image.${id}`)!
  return observed(rule, stackOf(files, more))
}

const texts = (found: readonly Observation[]) => found.map((one) => one.observed)

const POD = (name: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n    - { name: api, image: "${name}" }\n`

test('looks at Compose, Dockerfiles and Kubernetes alike, and says where each image is written', () => {
  const found = run('floating-tag', {
    ...image('postgres'),
    Dockerfile: 'FROM alpine:edge AS a\nFROM scratch\nFROM a\n',
    'k8s/api.yaml': POD('shop/api:main'),
  })
  assert.deepEqual(
    found.map(({ at, service }) => [at.file, at.line, service]),
    [
      ['compose.yaml', 3, 'web'],
      ['Dockerfile', 1, undefined],
      ['k8s/api.yaml', 6, 'Pod api'],
    ],
  )
})

test('the name that a build gives to its result is no image of others', () => {
  const files = { 'compose.yaml': 'services:\n  web:\n    image: shop/web\n    build: .\n', Dockerfile: 'FROM a:1.2\n' }
  assert.deepEqual(texts(run('floating-tag', files)), [])
})

test('a major version alone is milder than a word', () => {
  assert.equal(run('floating-tag', image('postgres:17'))[0]?.severity, 'low')
  assert.equal(run('floating-tag', image('caddy:alpine'))[0]?.severity, 'medium')
})

test('an end is decided by the day on which it is asked', () => {
  const on = (name: string, day: string) => texts(run('end-of-life', image(name), { now: Date.parse(day) })).length
  for (const [name, lastDay] of [
    ['postgres:13.9-alpine', '2025-11-13'],
    ['node:20-slim', '2026-04-30'],
    ['elasticsearch:7.17.28', '2026-01-15'],
    ['redis:8.0.3', '2026-02-11'],
    ['gcr.io/distroless/nodejs:12', '2022-04-30'],
    ['gcr.io/distroless/nodejs18-debian11', '2025-04-30'],
    ['debian:buster-slim', '2024-06-30'],
    ['python:3.12-bullseye', '2026-08-31'],
  ] as const) {
    const last = Date.parse(`${lastDay}T12:00:00Z`)
    assert.equal(on(name, new Date(last).toISOString()), 0, `${name} still has support on ${lastDay}`)
    assert.equal(on(name, new Date(last + 86_400_000).toISOString()), 1, `${name} has none after ${lastDay}`)
  }
})

test('what is older than all that is known has ended, too, and what is not known has not', () => {
  assert.match(texts(run('end-of-life', image('node:8.17')))[0]!, /Node\.js 8\.17 ended/)
  for (const name of [
    'redis:6.2.21',
    'redis:7.4.8',
    'node:lts',
    'mariadb:11.4.5',
    'postgres:18.1',
    'couchdb:3.4.2',
    'shop/api:1',
  ])
    assert.deepEqual(texts(run('end-of-life', image(name))), [], name)
})

test('a stage that only builds is milder', () => {
  const found = run('end-of-life', { Dockerfile: 'FROM node:12.22 AS build\nFROM nginx:1.29.1-alpine\n' })
  assert.equal(found[0]?.severity, 'medium')
})

test("the application's own image is the makers', from their registry", () => {
  for (const name of ['wizmoisa/loomio:master', 'example/loomio:3.0.20']) {
    const found = run('foreign', image(name, 'app'), { profile: 'loomio' })
    assert.deepEqual([found.length, found[0]?.service, found[0]?.expected], [1, 'app', 'loomio/loomio'], name)
  }
  assert.equal(run('foreign', image('dataspaceswiss/api:1.2.3', 'api'), { profile: 'dataspace' }).length, 1)
  for (const name of ['ghcr.io/dataspaceswiss/api:1.2.3', 'ghcr.io/dataspaceswiss/ollama:1.2.3'])
    assert.deepEqual(texts(run('foreign', image(name), { profile: 'dataspace' })), [], name)
})

test('a database of somebody is foreign; mirrors and known repackagers are not', () => {
  assert.equal(run('foreign', image('somebody/postgres:17.2', 'db')).length, 1)
  for (const name of [
    'postgres:17.2',
    'public.ecr.aws/docker/library/postgres:17.2',
    'registry.example.org/library/postgres:17.2',
    'bitnami/postgresql:17.2',
    'docker.elastic.co/elasticsearch/elasticsearch:8.19.1',
    'registry.example.org/shop/api:1.4.2',
    'valkey/valkey:8.1.3',
    'nginxinc/nginx-unprivileged:1.29.1',
  ])
    assert.deepEqual(texts(run('foreign', image(name, 'db'))), [], name)
})

test('a built service takes the user of its last stage, and of those that this begins with', () => {
  const at = (text: string) => run('root', { Dockerfile: text }).length
  assert.equal(at('FROM node:22.1 AS base\nUSER node\nFROM base\nCOPY a b\n'), 0)
  assert.equal(at('FROM node:22.1 AS base\nUSER node\nFROM node:22.1\nCOPY --from=base a b\n'), 1)
  assert.equal(at('FROM node:22.1\nUSER node\nUSER root\n'), 1)
  assert.equal(at('FROM couchdb:3.4.2\nCOPY local.ini /opt/couchdb/etc/\n'), 0)
  assert.equal(at('FROM couchdb:3.4.2\nENTRYPOINT ["/start"]\n'), 1)
  assert.equal(at('FROM gcr.io/distroless/nodejs22-debian12:nonroot\n'), 0)
})

test('a user that Compose sets for all services that are built from it is enough', () => {
  const compose = (user: string) => `services:\n  web:\n    build: .\n    ${user}\n`
  const files = (user: string) => ({ 'compose.yaml': compose(user), Dockerfile: 'FROM node:22.1\n' })
  assert.deepEqual(texts(run('root', files('user: "1000"'))), [])
  assert.equal(run('root', files('user: "0"'))[0]?.service, 'web')
})

test('a secret in a Dockerfile is named, and never shown', () => {
  const found = run('secret-inside', {
    Dockerfile:
      'ARG NPM_TOKEN=npm_abcdef\nFROM a:1.2\nENV API_KEY="sesame-1234" PUBLIC_KEY=abc\nARG DB_PASSWORD\nENV A_TOKEN=$NPM\n',
  })
  assert.deepEqual(texts(found), [
    'Dockerfile: ARG NPM_TOKEN has a value of 10 characters',
    'Dockerfile: ENV API_KEY has a value of 11 characters',
  ])
  assert.ok(!/sesame|abcdef/.test(JSON.stringify(found)))
})

test('files with secrets count when they are copied from the context, by name or with the whole folder', () => {
  const lines = (text: string, more: Sample = {}) =>
    texts(run('secret-inside', { Dockerfile: `FROM a:1.2\n${text}\n`, ...more }))
  for (const source of ['.env', './config/.env.production', 'certs/tls.key', '.npmrc', 'secrets/', 'keys/id_rsa'])
    assert.equal(lines(`COPY --chown=1:1 package.json ${source} /app/`).length, 1, source)
  for (const source of ['.env.example', 'keyboard.js', 'cert.pem', 'src'])
    assert.deepEqual(lines(`COPY ${source} /app/`), [], source)
  assert.deepEqual(lines('COPY --from=build /app/.env /app/'), [])
  assert.deepEqual(lines('COPY . .', { '.env': 'A=1\n', '.git/HEAD': 'x\n' }), [
    'Dockerfile: COPY of the whole folder takes .env, .git along',
  ])
  assert.deepEqual(lines('ADD ./ /app', { '.env': 'A=1\n', '.dockerignore': '.env\n' }), [])
  const history = run('secret-inside', { Dockerfile: 'FROM a:1.2\nCOPY . .\n', '.git/HEAD': 'x\n' })
  assert.equal(history[0]?.severity, 'medium')
})

test('what is downloaded and run at once is found in its many forms', () => {
  const count = (line: string) => run('download-unchecked', { Dockerfile: `FROM a:1.2\n${line}\n` }).length
  for (const line of [
    'RUN apt-get update && \\\n  curl -sL https://example.org/x | \\\n  sudo -E bash -',
    'RUN wget -qO- https://example.org/x | tar xz | sh',
    'RUN bash -c "$(curl -fsSL https://example.org/x)"',
    'RUN bash <(curl -s https://example.org/x)',
    'RUN <<EOF\ncurl https://example.org/x | python3 -\nEOF',
    'RUN curl -kfsSLo x https://example.org/x',
    'ADD https://example.org/x /x',
  ])
    assert.equal(count(line), 1, line)
  for (const line of [
    'RUN curl -fsSLo x https://example.org/x && echo "0 x" | sha256sum -c && sh x',
    'RUN a \\\n  # curl https://example.org/x | sh\n  b',
    'RUN curl https://example.org/x | tar xz || sh fallback.sh',
    'ADD https://github.com/example/x.git#v1 /x',
  ])
    assert.equal(count(line), 0, line)
})
