import assert from 'node:assert/strict'
import { test } from 'node:test'
import { floatingTag, parseImage } from './image.ts'

const FORMS: readonly (readonly [string, string, string, string | undefined, string | undefined])[] = [
  ['postgres', 'docker.io', 'library/postgres', undefined, undefined],
  ['postgres:16.4', 'docker.io', 'library/postgres', '16.4', undefined],
  ['loomio/loomio:stable', 'docker.io', 'loomio/loomio', 'stable', undefined],
  ['docker.io/redis:7', 'docker.io', 'library/redis', '7', undefined],
  ['index.docker.io/loomio/loomio', 'docker.io', 'loomio/loomio', undefined, undefined],
  ['gcr.io/distroless/nodejs:12', 'gcr.io', 'distroless/nodejs', '12', undefined],
  ['localhost/app', 'localhost', 'app', undefined, undefined],
  ['registry.example.org:5000/shop/api', 'registry.example.org:5000', 'shop/api', undefined, undefined],
  ['registry.example.org:5000/shop/api:1.2', 'registry.example.org:5000', 'shop/api', '1.2', undefined],
  ['redis@sha256:ab12', 'docker.io', 'library/redis', undefined, 'sha256:ab12'],
  ['ghcr.io/a/b/c:v3.1@sha256:ab12', 'ghcr.io', 'a/b/c', 'v3.1', 'sha256:ab12'],
  ['', 'docker.io', 'library/', undefined, undefined],
]

for (const [text, registry, repository, tag, digest] of FORMS) {
  test(`takes ${JSON.stringify(text)} apart as an engine does`, () => {
    assert.deepEqual(parseImage(text), { text, registry, repository, tag, digest })
  })
}

const FLOATING = [
  'redis',
  'redis:latest',
  'redis:7',
  'redis:7-alpine',
  'redis:alpine',
  'loomio/loomio:master',
  'a/b:v2',
  'a/b:feedback',
]
const FIXED = [
  'redis:7.4',
  'redis:7.4.1-alpine',
  'a/b:v1.2.3',
  'a/b:2024-05-01',
  'a/b:sha-0a1b2c3d',
  'a/b:0a1b2c3d4e5f',
  'redis@sha256:ab',
]

test('says of a tag that can move why it can', () => {
  for (const text of FLOATING) assert.notEqual(floatingTag(parseImage(text)), undefined, text)
  assert.match(floatingTag(parseImage('redis:7-alpine')) ?? '', /major version only/)
})

test('takes a version, a date, a commit or a digest as fixed', () => {
  for (const text of FIXED) assert.equal(floatingTag(parseImage(text)), undefined, text)
})
