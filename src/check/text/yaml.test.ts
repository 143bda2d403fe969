import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, plain } from './tree.ts'
import { MAX_DEPTH, parseYaml, type YamlDocument } from './yaml.ts'

function read(text: string): { documents: readonly YamlDocument[]; values: unknown[]; told: string[] } {
  const told: string[] = []
  const documents = parseYaml('f.yaml', text, (place, message) => told.push(`${place.line}:${place.column} ${message}`))
  return { documents, values: documents.map(({ tree }) => plain(tree)), told }
}

test('reads many documents, empty ones too, so that their numbers stay those of the file', () => {
  const { values, told } = read('a: 1\n---\n---\n- x\n- {y: [z, null]}\n')
  assert.deepEqual(values, [{ a: 1 }, null, ['x', { y: ['z', null] }]])
  assert.deepEqual(told, [])
})

test('knows the line and column of keys and of values', () => {
  const { documents } = read('a:\n  b: "c"\n  list:\n    - x\n    - y\n')
  const tree = documents[0]!.tree
  assert.deepEqual(at(tree, 'a', 'b')?.at, { file: 'f.yaml', line: 2, column: 6 })
  assert.deepEqual(at(tree, 'a', 'list', 1)?.at, { file: 'f.yaml', line: 5, column: 7 })
  const entry = tree.kind === 'mapping' ? tree.entries.get('a') : undefined
  assert.deepEqual(entry?.at, { file: 'f.yaml', line: 1, column: 1 })
})

test('keeps text that YAML 1.1 took for booleans, and long numbers with all their digits', () => {
  assert.deepEqual(read('a: yes\nb: on\nc: 12345678901234567890\nd: true\ne: 0x1F\n').values, [
    { a: 'yes', b: 'on', c: '12345678901234567890', d: true, e: 31 },
  ])
})

test('follows aliases and merge keys: what is written out wins, then the earlier source', () => {
  const text = 'x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  b: 3\n  <<: [*x, *y]\nw: {<<: *y, "<<x": 0}\nv: *x\n'
  const { values, told } = read(text)
  assert.deepEqual(values, [
    {
      x: { a: 1, b: 1 },
      y: { b: 2, c: 2 },
      z: { b: 3, a: 1, c: 2 },
      w: { '<<x': 0, b: 2, c: 2 },
      v: { a: 1, b: 1 },
    },
  ])
  assert.deepEqual(told, [])
})

test('places what an alias stands for where it is written', () => {
  const { documents } = read('x: &x\n  a: 1\ny: *x\n')
  assert.equal(at(documents[0]!.tree, 'y', 'a')?.at.line, 2)
})

test('keeps tags that the format does not know, and takes the plain value', () => {
  const { documents, told } = read('a: !reset null\nb: !override\n  - x\nc: !secret db\nd: !!str 12\n')
  const tree = documents[0]!.tree
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => at(tree, key)?.tag),
    ['!reset', '!override', '!secret', undefined],
  )
  assert.deepEqual(plain(tree), { a: 'null', b: ['x'], c: 'db', d: '12' })
  assert.deepEqual(told, [])
})

test('tells of a key that is there twice, with both lines', () => {
  const { values, told } = read('a:\n  b: 1\n  c: 2\n  b: 3\n')
  assert.deepEqual(values, [{ a: { b: 3, c: 2 } }])
  assert.deepEqual(told, ['4:3 the key "b" is here a second time (first on line 2); the last one is used'])
})

const BROKEN = [
  ['a missing quote', '    image: "b', '5:12', 'a quote is opened here and never closed'],
  ['a second colon', '    command: a: b', '5:14', 'a second "key:"'],
  ['a tab', '\timage: b', '5:1', 'a tab'],
  ['a reserved character', '    image: @b', '5:12', 'a reserved character'],
  ['a bracket left open', '    command: [a, b', '6:3', 'a bracket'],
] as const

for (const [what, line, place, message] of BROKEN) {
  test(`says where ${what} is, and keeps the services before it whole`, () => {
    const { documents, values, told } = read(
      `services:\n  web:\n    image: a\n  db:\n${line}\n  cache:\n    image: c\n`,
    )
    assert.ok(told[0]?.startsWith(place), told.join('\n'))
    assert.ok(told[0]?.includes(message), told.join('\n'))
    assert.equal(documents[0]!.broken, true)
    const services = (values[0] as { services: Record<string, unknown> }).services
    assert.equal(Object.hasOwn(services, 'db'), false)
    if (what !== 'a tab') assert.deepEqual(services, { web: { image: 'a' } })
  })
}

test('never repeats text of the file in what it says of a fault', () => {
  const secret = 'hunter2hunter2'
  for (const text of [
    `a: @${secret}`,
    `a: "\\q${secret}"`,
    `a: |${secret}\n  b`,
    `a: [${secret}`,
    `a: b: ${secret}`,
    `"${secret}`,
  ]) {
    const { told } = read(text)
    assert.ok(told.length > 0, text)
    assert.ok(!told.join().includes('hunter'), told.join())
  }
})

test('tells of aliases without an anchor and of one within its own anchor', () => {
  const { values, told } = read('a: *none\nb: &b [*b]\n')
  assert.deepEqual(values, [{ a: null, b: [null] }])
  assert.equal(told.length, 2)
})

test('is not blown up by a bomb of aliases', () => {
  const levels = Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`)
  const started = performance.now()
  const { told } = read(`a0: &a0 [x, x]\n${levels.join('\n')}\n`)
  assert.ok(performance.now() - started < 2000)
  assert.equal(told.length, 1)
  assert.match(told[0]!, /more than 250000 values/)
})

test('is not blown up by deep nesting of any kind', () => {
  const bombs = ['['.repeat(100_000), '{a: '.repeat(100_000), '- '.repeat(100_000), `a: ${'['.repeat(MAX_DEPTH + 1)}`]
  const indented = Array.from({ length: 1500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')
  for (const bomb of [...bombs, indented]) {
    const { told } = read(bomb)
    assert.ok(told.length > 0)
    assert.match(told[0]!, /nested|within one another/)
  }
})

test('takes any text without throwing', () => {
  for (const text of [
    '',
    '\0',
    '%',
    '%YAML 9.9\n---\na',
    '---\n...\n---',
    ': :',
    '? ? ?',
    '&a',
    '*',
    '!',
    '!!',
    '|',
    '>9',
    '\u{10FFFF}',
    '{"a":}',
  ]) {
    assert.doesNotThrow(() => read(text), text)
  }
})
