import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesGlob, repositoryOf } from './glob.ts'

test('a star stands for anything, also for nothing, and case does not count', () => {
  for (const [pattern, name] of [
    ['redis', 'Redis'],
    ['*-db', 'inventree-db'],
    ['inventree-*', 'inventree-'],
    ['*/postgres', 'bitnami/postgres'],
    ['a*b*c', 'aXbXbc'],
    ['*', ''],
  ] as const) {
    assert.ok(matchesGlob(pattern, name), `${pattern} ${name}`)
  }
})

test('what stands around a star has to be there, without overlapping', () => {
  for (const [pattern, name] of [
    ['redis', 'redis-commander'],
    ['*-db', 'db'],
    ['ab*ba', 'aba'],
    ['a*b*c', 'acb'],
    ['a.c', 'abc'],
  ] as const) {
    assert.ok(!matchesGlob(pattern, name), `${pattern} ${name}`)
  }
})

test('registry, library, tag and digest are left out of a repository', () => {
  for (const [image, repository] of [
    ['postgres', 'postgres'],
    ['postgres:15-alpine', 'postgres'],
    ['docker.io/library/postgres:15@sha256:00', 'postgres'],
    ['library/postgres', 'postgres'],
    ['ghcr.io/dataspaceswiss/api:latest', 'dataspaceswiss/api'],
    ['localhost:5000/loomio/loomio', 'loomio/loomio'],
    ['wizmoisa/loomio:master', 'wizmoisa/loomio'],
  ] as const) {
    assert.equal(repositoryOf(image), repository)
  }
})
