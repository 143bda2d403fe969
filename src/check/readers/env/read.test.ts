import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inFolder, told } from '../compose/folder.fixture.ts'
import { readCompose } from '../compose/read.ts'
import { isEnvSample, isSampleOf } from './names.ts'
import { readEnvFiles } from './read.ts'

test('gives the project file, the files of services and the samples, each once and with its mode', () => {
  const files = {
    'compose.yaml':
      'services:\n  a: {image: x, env_file: [web.env, {path: more/b.env, required: false}]}\n  b: {image: x, env_file: web.env}\n',
    '.env': 'A=1\n',
    'web.env': 'B=$A\n',
    'more/b.env': 'C=3\n',
    'more/b.env.example': 'C=\n',
    '.env.example': 'A=change-me\n',
    env_template: 'A=\n',
    'notes.txt': 'x',
  }
  inFolder(files, (folder, disk) => {
    chmodSync(join(folder, '.env'), 0o600)
    const env = readEnvFiles(disk, folder, readCompose(disk, folder))
    assert.deepEqual(
      env.map(({ shown, use }) => [shown, use]),
      [
        ['.env', 'project'],
        ['web.env', 'service'],
        ['more/b.env', 'service'],
        ['.env.example', 'example'],
        ['env_template', 'example'],
        ['more/b.env.example', 'example'],
      ],
    )
    assert.equal(env[0]!.mode, 0o600)
    assert.equal(env[1]!.entries[0]!.value, '1')
    assert.deepEqual(told(disk), [])
  })
})

test('tells of a broken line once, however many services read the file', () => {
  const files = {
    'compose.yaml': 'services:\n  a: {image: x, env_file: e.env}\n  b: {image: x, env_file: e.env}\n',
    'e.env': 'FOO BAR=1\n',
    '.env': 'X Y=1\n',
  }
  inFolder(files, (folder, disk) => {
    readEnvFiles(disk, folder, readCompose(disk, folder))
    assert.deepEqual(
      told(disk).map((line) => line.split(' ')[0]),
      ['.env:1:1', 'e.env:1:1'],
    )
  })
})

test('knows samples of env files by their names', () => {
  for (const name of [
    '.env.example',
    '.env.sample',
    'web.env.example',
    'env_template',
    'example.env',
    '.env.production.dist',
  ]) {
    assert.ok(isEnvSample(name), name)
  }
  for (const name of [
    '.env',
    'web.env',
    'environment.sample.json',
    'example.txt',
    '.env.production',
    'env.example.ts',
  ]) {
    assert.ok(!isEnvSample(name), name)
  }
  assert.ok(isSampleOf('.env.example', '.env'))
  assert.ok(isSampleOf('env_template', '.env'))
  assert.ok(!isSampleOf('.env.example', 'web.env'))
})
