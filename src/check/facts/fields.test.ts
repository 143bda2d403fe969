import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Fields, parseFacts, readFacts } from './fields.ts'

const read = (text: string, reader: (fields: Fields) => unknown) =>
  readFacts('profiles/x.yaml', parseFacts('profiles/x.yaml', text), reader)

function refusal(text: string, reader: (fields: Fields) => unknown): string {
  try {
    read(text, reader)
  } catch (error) {
    assert.ok(error instanceof Error)
    return error.message
  }
  assert.fail('it was taken')
}

test('an error names file, key, what was found and what is allowed', () => {
  const message = refusal('services:\n  - role: databse\n', (fields) =>
    fields.list('services', (service) => service.oneOf('role', ['app', 'database'])),
  )
  assert.equal(message, 'profiles/x.yaml: services[0].role: found "databse", allowed: app, database')
})

test('a key that nobody asks for is an error that says which are known', () => {
  const message = refusal('title: A\nportz: [1]\n', (fields) => [fields.text('title'), fields.ports('ports')])
  assert.equal(message, 'profiles/x.yaml: portz: this key is not known; allowed are title, ports')
})

test('refuses wrong types, empty texts, ports that are none and what is no mapping', () => {
  const cases: readonly (readonly [string, (fields: Fields) => unknown])[] = [
    ['title: 3', (fields) => fields.text('title')],
    ["title: '  '", (fields) => fields.text('title')],
    ['{}', (fields) => fields.text('title')],
    ['secret: yes please', (fields) => fields.flag('secret')],
    ['ports: [0]', (fields) => fields.ports('ports')],
    ['ports: ["80"]', (fields) => fields.ports('ports')],
    ['names: app', (fields) => fields.texts('names')],
    ['names: [1]', (fields) => fields.texts('names')],
    ['rules: [{ a: b, c: d }]', (fields) => fields.pairs('rules')],
    ['rules: [{ a: 3 }]', (fields) => fields.pairs('rules')],
    ['- a', () => undefined],
    ['', () => undefined],
    ['paths: [a]', (fields) => fields.mapping('paths', () => undefined)],
  ]
  for (const [text, reader] of cases) assert.match(refusal(text, reader), /^profiles\/x\.yaml: .*found /)
})

test('a text that is not YAML, or that is made of aliases, is refused with its place', () => {
  assert.match(
    refusal('a: [1\nb: 2', () => undefined),
    /^profiles\/x\.yaml: .*line 2/,
  )
  assert.match(
    refusal('a: &x [1]\nb: *x', (fields) => [fields.texts('a'), fields.texts('b')]),
    /alias/i,
  )
})

test('names may stand alone, with a text, or several in a list of their own', () => {
  const pairs = read('rules: [a.b, { c.d: NAME }, [e.f, { g.h: OTHER }]]', (fields) => fields.pairs('rules'))
  assert.deepEqual(pairs, [
    [['a.b', undefined]],
    [['c.d', 'NAME']],
    [
      ['e.f', undefined],
      ['g.h', 'OTHER'],
    ],
  ])
})
