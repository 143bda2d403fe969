import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { test } from 'node:test'
import { findComposeFiles, findStacks } from './discover.ts'
import { inFolder, told } from './folder.fixture.ts'

function found(names: readonly string[]): readonly string[] {
  const files = Object.fromEntries(names.map((name) => [name, '']))
  return inFolder(files, (folder, disk) => findComposeFiles(disk, folder).map((path) => basename(path)))
}

test('prefers the names that Compose prefers, and adds the override file', () => {
  assert.deepEqual(found(['docker-compose.yml', 'compose.yaml', 'compose.override.yml', 'docker-compose.prod.yml']), [
    'compose.yaml',
    'compose.override.yml',
  ])
  assert.deepEqual(found(['docker-compose.yaml', 'docker-compose.override.yaml']), [
    'docker-compose.yaml',
    'docker-compose.override.yaml',
  ])
  assert.deepEqual(found(['docker-compose.yml', 'docker-compose.prod.yml']), ['docker-compose.yml'])
})

test('takes another Compose file when there is none of the standard names', () => {
  assert.deepEqual(found(['docker-compose.prod.yml']), ['docker-compose.prod.yml'])
  assert.deepEqual(found(['docker-compose.dev.yml', 'docker-compose.prod.yml']), ['docker-compose.prod.yml'])
  assert.deepEqual(found(['composer.json', 'compose.txt']), [])
})

test('finds every folder with a Compose file, but not in packages and hidden folders', () => {
  const files = {
    'a/compose.yaml': '',
    'a/sub/docker-compose.yml': '',
    'b/c/d/docker-compose.prod.yml': '',
    'node_modules/x/compose.yaml': '',
    '.git/compose.yaml': '',
    '.hidden/compose.yaml': '',
    'e/Dockerfile': '',
  }
  inFolder(files, (folder, disk) => {
    symlinkSync(folder, join(folder, 'a/loop'))
    symlinkSync('self', join(folder, 'a/self'))
    const names = findStacks(disk, [folder]).map((path) => relative(folder, path))
    assert.deepEqual(names, ['a', 'a/sub', 'b/c/d'])
    assert.deepEqual(told(disk), [])
  })
})

test('takes a path without any Compose file as it is, and a file for its folder', () => {
  inFolder({ 'e/Dockerfile': '', 'f/compose.yaml': '' }, (folder, disk) => {
    const names = findStacks(disk, [join(folder, 'e'), join(folder, 'f/compose.yaml')]).map((path) =>
      relative(folder, path),
    )
    assert.deepEqual(names, ['e', 'f'])
  })
})

test('tells of a path that is not there', () => {
  inFolder({}, (folder, disk) => {
    assert.deepEqual(findStacks(disk, [join(folder, 'none')]), [])
    assert.deepEqual(told(disk), ['none:0:0 it is not there'])
  })
})

test('gives each folder once, however often it is named', () => {
  inFolder({ 'a/b/compose.yaml': '' }, (folder, disk) => {
    const paths = [folder, join(folder, 'a'), folder, join(folder, 'a/b')]
    assert.deepEqual(findStacks(disk, paths), [join(folder, 'a/b')])
  })
})
