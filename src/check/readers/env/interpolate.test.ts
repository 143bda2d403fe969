import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interpolate, type Lookup } from './interpolate.ts'

const FROM = { file: '.env', line: 1, column: 1 }
const KNOWN: Readonly<Record<string, string>> = { FOO: 'first', BAR: '', _x1: 'under' }
const lookup: Lookup = (name) => (KNOWN[name] === undefined ? undefined : { value: KNOWN[name], from: FROM })

function fill(text: string) {
  return interpolate(text, lookup, (offset) => ({ file: 'f', line: 1, column: offset + 1 }))
}

const FORMS: readonly (readonly [text: string, result: string])[] = [
  ['plain', 'plain'],
  ['$FOO', 'first'],
  ['${FOO}', 'first'],
  ['a$FOO-b', 'afirst-b'],
  ['$_x1', 'under'],
  ['$NONE|${NONE}', '|'],
  ['${FOO:-d}${BAR:-d}${NONE:-d}', 'firstdd'],
  ['${FOO-d}${BAR-d}${NONE-d}', 'firstd'],
  ['${FOO:+r}${BAR:+r}${NONE:+r}', 'r'],
  ['${FOO+r}${BAR+r}${NONE+r}', 'rr'],
  ['${FOO:?e}${FOO?e}${BAR?e}', 'firstfirst'],
  ['${NONE:-${ALSO:-${FOO}}}', 'first'],
  ['${NONE:-a:b/c?d}', 'a:b/c?d'],
  ['${NONE:-{"a": 1}}', '{"a": 1}'],
  ['$$FOO $${FOO} $$$FOO', '$FOO ${FOO} $first'],
  ['cost $5 and $', 'cost $5 and $'],
]

for (const [text, result] of FORMS) {
  test(`makes ${JSON.stringify(result)} of ${text}`, () => {
    assert.deepEqual([fill(text).text, fill(text).faults], [result, []])
  })
}

for (const text of ['${', '${}', '${ FOO}', '${FOO }', '${FOO!}', '${FOO', '${1A}']) {
  test(`does not take ${text} for a variable`, () => {
    assert.deepEqual(
      fill(text).faults.map(({ kind }) => kind),
      ['form'],
    )
  })
}

test('tells which variable must be set and is not, without the rest of the text', () => {
  const { faults } = fill('x${NONE:?hunter2}${BAR:?hunter2}')
  assert.deepEqual(
    faults.map(({ kind, offset }) => [kind, offset]),
    [
      ['missing', 1],
      ['missing', 17],
    ],
  )
  assert.ok(!JSON.stringify(faults).includes('hunter2'))
})

test('says of every variable where its value came from', () => {
  assert.deepEqual(fill('$FOO ${NONE:-x} ${NO} ${BAR:-y}').uses, [
    { name: 'FOO', from: FROM, by: 'file' },
    { name: 'NONE', from: { file: 'f', line: 1, column: 14 }, by: 'default' },
    { name: 'NO', from: undefined, by: 'nothing' },
    { name: 'BAR', from: { file: 'f', line: 1, column: 30 }, by: 'default' },
  ])
})

test('is not taken in by a bomb of nested defaults', () => {
  const { faults } = fill('${A:-'.repeat(5000) + '}'.repeat(5000))
  assert.deepEqual(
    faults.map(({ kind }) => kind),
    ['form'],
  )
})
