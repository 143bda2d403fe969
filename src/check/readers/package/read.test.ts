import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inFolder, told } from '../compose/folder.fixture.ts'
import { readPackages } from './read.ts'

function read(files: Readonly<Record<string, string>>) {
  return inFolder(files, (folder, disk) => ({ found: readPackages(disk, folder), problems: told(disk) }))
}

test('versions of Node.js come with their places, also when the packages are elsewhere', () => {
  const { found, problems } = read({
    '.nvmrc': '# as in the image\nv12.22.1\n',
    'api/package.json': '{\n  "engines": { "node": "12.x" },\n  "volta": { "node": "12.22.1" }\n}\n',
    'api/.tool-versions': 'ruby 3.3.0\nnodejs 12.22.1\n',
  })
  assert.deepEqual(problems, [])
  const versions = found.flatMap(({ node }) => node)
  assert.deepEqual(
    versions.map(({ by, text, at }) => `${by} ${text} ${at.file}:${at.line}`),
    [
      '.nvmrc v12.22.1 .nvmrc:2',
      '.tool-versions 12.22.1 api/.tool-versions:2',
      'volta 12.22.1 api/package.json:3',
      'engines 12.x api/package.json:2',
    ],
  )
})

test('a lock file above counts, as workspaces share one; one beside another program does not', () => {
  const list = '{ "dependencies": { "express": "^4" } }\n'
  const { found } = read({
    'package.json': '{ "workspaces": ["api"] }\n',
    'yarn.lock': '\n',
    'api/package.json': list,
    'worker/Gemfile': "gem 'rails'\n",
  })
  assert.deepEqual(
    found.map(({ shown, needsPackages, lock }) => [shown, needsPackages, lock]),
    [
      ['api/package.json', true, 'yarn.lock'],
      ['package.json', false, 'yarn.lock'],
      ['worker/Gemfile', true, undefined],
    ],
  )
})

test('a list for pip is its own lock when each line names one version', () => {
  const { found } = read({
    'a/requirements.txt': '# all\ndjango==5.1.2\nrequests==2.32.3 ; python_version > "3"\n',
    'b/requirements.txt': 'django>=5\n',
  })
  assert.deepEqual(
    found.map(({ lock }) => lock),
    ['requirements.txt', undefined],
  )
})

test('a broken package.json is told with its line, and node_modules is not looked into', () => {
  const { found, problems } = read({
    'package.json': '{\n  "name": "x",\n  "engines": {\n',
    'node_modules/a/package.json': '{ "dependencies": { "b": "1" } }\n',
  })
  assert.equal(found.length, 1)
  assert.match(problems.join('\n'), /^package\.json:[1-4]:/)
})
