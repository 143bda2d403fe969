import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { plain } from '../../text/tree.ts'
import { inFolder, told } from './folder.fixture.ts'
import { readCompose } from './read.ts'

function project(files: Readonly<Record<string, string>>, named?: readonly string[]) {
  return inFolder(files, (folder, disk) => {
    const found = readCompose(disk, folder, named)
    const services = (found === undefined ? {} : (plain(found.tree) as { services?: object }).services) ?? {}
    return {
      found,
      services: services as Record<string, Record<string, unknown>>,
      told: told(disk),
      folder,
      files: found?.files,
    }
  })
}

test('extends a service of the same file, over several links', () => {
  const { services, told: problems } = project({
    'compose.yaml': `services:
  a: {extends: b, image: a}
  b: {extends: {service: c}, environment: {B: 1}}
  c: {image: c, environment: {C: 1}, cap_drop: [ALL]}
`,
  })
  assert.deepEqual(services['a'], { image: 'a', environment: { C: 1, B: 1 }, cap_drop: ['ALL'] })
  assert.deepEqual(problems, [])
})

test('extends a service of another folder, whose paths stay those of that folder', () => {
  const { services, folder, files } = project({
    'compose.yaml': 'services: {a: {extends: {file: base/x.yml, service: b}, volumes: ["./own:/own"]}}',
    'base/x.yml':
      'services: {b: {extends: c, build: ., env_file: [e.env]}, c: {image: c, volumes: ["./v:/v", "named:/n"]}}',
    'base/e.env': 'A=1',
  })
  assert.deepEqual(services['a'], {
    image: 'c',
    volumes: [`${folder}/base/v:/v`, 'named:/n', './own:/own'],
    build: join(folder, 'base'),
    env_file: [join(folder, 'base/e.env')],
  })
  assert.deepEqual(files, ['compose.yaml', 'base/x.yml'])
})

test('tells of loops in extends, over files too, and goes on', () => {
  const { services, told: problems } = project({
    'compose.yaml':
      'services:\n  a: {extends: b, image: a}\n  b: {extends: a}\n  c: {extends: {file: o.yml, service: d}}\n  e: {image: e}\n',
    'o.yml': 'services: {d: {extends: {file: compose.yaml, service: c}}}\n',
  })
  assert.equal(problems.length, 2)
  assert.match(problems[0]!, /extends itself/)
  assert.equal(services['a']!['image'], 'a')
  assert.equal(services['e']!['image'], 'e')
})

test('tells of what extends does not find', () => {
  const { told: problems } = project({
    'compose.yaml':
      'services:\n  a: {extends: none}\n  b: {extends: {file: none.yml, service: x}}\n  c: {extends: {file: "https://u:pw@example.org/x.yml", service: x}}\n  d: {extends: {file: o.yml, service: y}}\n',
    'o.yml': 'services: {z: {}}',
  })
  assert.deepEqual(
    problems.map((line) => line.split(' ')[0]),
    ['compose.yaml:2:7', 'compose.yaml:3:7', 'compose.yaml:4:7', 'compose.yaml:5:7'],
  )
  assert.ok(!problems.join().includes('pw@'))
})

test('includes files, short and long, with their own variables and folder', () => {
  const {
    services,
    told: problems,
    folder,
    found,
  } = project({
    'compose.yaml':
      'include:\n  - db/compose.yaml\n  - {path: [x/c.yml, x/o.yml], project_directory: y, env_file: x/x.env}\nservices: {a: {image: "a:${TAG}"}}\n',
    '.env': 'TAG=1\n',
    'db/compose.yaml':
      'services: {db: {image: "db:${TAG}-${DB}", volumes: ["./d:/d"], env_file: e.env}}\nvolumes: {v: {}}\n',
    'db/.env': 'TAG=ignored\nDB=2\n',
    'db/e.env': 'E=$DB\n',
    'x/c.yml': 'services: {x: {image: "x:${X}", build: .}}\n',
    'x/o.yml': 'services: {x: {cap_drop: [ALL]}}\n',
    'x/x.env': 'X=3\n',
  })
  assert.deepEqual(problems, [])
  assert.equal(services['a']!['image'], 'a:1')
  assert.equal(services['db']!['image'], 'db:1-2')
  assert.deepEqual(services['db']!['volumes'], [`${folder}/db/d:/d`])
  assert.deepEqual(services['x'], { image: 'x:3', build: join(folder, 'y'), cap_drop: ['ALL'] })
  assert.ok(found!.volumes.has('v'))
  assert.deepEqual(
    found!.envFiles,
    ['.env', 'db/.env', 'x/x.env'].map((name) => join(folder, name)),
  )
})

test('tells of loops, conflicts and absent files of includes', () => {
  const { services, told: problems } = project({
    'compose.yaml': 'include: [b.yml, none.yml, "oci://example.org/x"]\nservices: {a: {image: a}}\n',
    'b.yml': 'include: [compose.yaml]\nservices: {a: {image: other}, b: {image: b}}\n',
  })
  assert.equal(problems.length, 4)
  assert.match(problems.join('\n'), /includes itself/)
  assert.match(problems.join('\n'), /none\.yml: it is not there/)
  assert.match(problems.join('\n'), /another host/)
  assert.match(problems.join('\n'), /services\.a is included from b\.yml:2 and is different here/)
  assert.deepEqual(Object.keys(services), ['a', 'b'])
  assert.equal(services['a']!['image'], 'a')
})

test('reads the files that COMPOSE_FILE in .env names, and no others', () => {
  const { files, services } = project({
    '.env': 'COMPOSE_FILE=one.yml;two.yml\nCOMPOSE_PATH_SEPARATOR=;\n',
    'compose.yaml': 'services: {no: {}}',
    'one.yml': 'services: {a: {image: one}}',
    'two.yml': 'services: {a: {image: two}}',
  })
  assert.deepEqual(files, ['one.yml', 'two.yml'])
  assert.deepEqual(services, { a: { image: 'two' } })
})

test('takes the given files, paths being relative to the first one', () => {
  const { files, found, folder } = project(
    {
      'd/one.yml': 'services: {a: {image: a, volumes: ["./v:/v"]}}',
      'two.yml': 'services: {a: {volumes: ["./w:/w"]}}',
      'd/.env': 'A=1',
    },
    ['d/one.yml', 'two.yml'],
  )
  assert.deepEqual(files, ['d/one.yml', 'two.yml'])
  assert.deepEqual(
    found!.services[0]!.mounts.map(({ source }) => source),
    [join(folder, 'd/v'), join(folder, 'd/w')],
  )
})

test('merges the documents of one file', () => {
  assert.deepEqual(project({ 'compose.yaml': 'services: {a: {image: a}}\n---\nservices: {a: {user: x}}\n' }).services, {
    a: { image: 'a', user: 'x' },
  })
})

test('uses what is sound of a broken file and tells of the rest', () => {
  const { services, told: problems } = project({
    'compose.yaml': 'services:\n  a: {image: a}\n  b:\n    command: x: y\n',
    'compose.override.yaml': '- not\n- compose\n',
  })
  assert.deepEqual(services, { a: { image: 'a' } })
  assert.deepEqual(
    problems.map((line) => line.split(' ')[0]),
    ['compose.yaml:4:14', 'compose.override.yaml:1:1'],
  )
})

test('survives anything in the place of anything', () => {
  const values = [
    'null',
    '[]',
    '{}',
    'x',
    '1',
    'true',
    '[[]]',
    '[{}]',
    '{a: []}',
    '[null]',
    '"${A:-$}"',
    '!reset x',
    '!override {}',
  ]
  const keys = [
    'image',
    'build',
    'ports',
    'volumes',
    'tmpfs',
    'environment',
    'env_file',
    'labels',
    'networks',
    'depends_on',
    'healthcheck',
    'deploy',
    'secrets',
    'configs',
    'command',
    'extends',
    'expose',
    'profiles',
    'user',
    'privileged',
    'cap_add',
    'logging',
    'ulimits',
  ]
  for (const value of values) {
    const body = keys.map((key) => `    ${key}: ${value}`).join('\n')
    const text = `services:\n  a:\n${body}\n  b: ${value}\nnetworks: ${value}\nvolumes: ${value}\nsecrets: ${value}\ninclude: ${value}\nx-a: ${value}\n`
    assert.doesNotThrow(
      () => project({ 'compose.yaml': text, 'compose.override.yaml': text.replaceAll(value, '{b: [1]}') }),
      value,
    )
    assert.doesNotThrow(() => project({ 'compose.yaml': `services: ${value}\n` }), value)
  }
})

test('gives a problem and no project for a binary file, and for a link to itself', () => {
  assert.match(project({ 'compose.yaml': 'a\0b' }).told[0]!, /binary/)
  inFolder({}, (folder, disk) => {
    symlinkSync('compose.yaml', join(folder, 'compose.yaml'))
    assert.equal(readCompose(disk, folder), undefined)
    assert.match(told(disk)[0]!, /links lead in a circle/)
  })
})
