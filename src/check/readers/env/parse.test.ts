import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lookup } from './interpolate.ts'
import { type EnvFormat, parseEnv } from './parse.ts'

const NOTHING: Lookup = () => undefined

function read(text: string, outer: Lookup = NOTHING, format?: EnvFormat) {
  const told: string[] = []
  const entries = parseEnv(
    { shown: '.env', text },
    outer,
    (at, message) => told.push(`${at.line}:${at.column} ${message}`),
    format,
  )
  return { entries, values: Object.fromEntries(entries.map(({ name, value }) => [name, value])), told }
}

/** Line and the value that Docker Compose 2 gives it (package dotenv of compose-go). */
const LINES: readonly (readonly [line: string, name: string, value: string | undefined])[] = [
  ['FOO=bar', 'FOO', 'bar'],
  ['FOO =bar', 'FOO', 'bar'],
  ['FOO= bar ', 'FOO', 'bar'],
  ['  FOO=bar', 'FOO', 'bar'],
  ['FOO=', 'FOO', ''],
  ['FOO: bar', 'FOO', 'bar'],
  ['FOO=a=b=', 'FOO', 'a=b='],
  ['FOO=1:B', 'FOO', '1:B'],
  ['FOO.BAR=x', 'FOO.BAR', 'x'],
  ['export FOO=bar', 'FOO', 'bar'],
  ['\texport\tFOO=bar', 'FOO', 'bar'],
  ['exportFOO=2', 'exportFOO', '2'],
  ['FOO="bar"', 'FOO', 'bar'],
  ["FOO='bar'", 'FOO', 'bar'],
  ['FOO=""', 'FOO', ''],
  ['FOO=bar # comment', 'FOO', 'bar'],
  ['FOO=bar#baz', 'FOO', 'bar#baz'],
  ['FOO="bar#baz" # comment', 'FOO', 'bar#baz'],
  ["FOO='bar # baz'", 'FOO', 'bar # baz'],
  ['FOO="a\\"b"', 'FOO', 'a"b'],
  ["FOO='a\\'b'", 'FOO', "a'b"],
  ['FOO="a\\nb\\tc"', 'FOO', 'a\nb\tc'],
  ["FOO='a\\nb'", 'FOO', 'a\\nb'],
  ['FOO=a\\nb', 'FOO', 'a\\nb'],
  ['FOO="a\\$b"', 'FOO', 'a$b'],
  ['FOO="\\0101"', 'FOO', 'A'],
  ['FOO=a$$b', 'FOO', 'a$b'],
  ['FOO=$NONE.', 'FOO', '.'],
  ['FOO=${NONE:-d}e', 'FOO', 'de'],
  ['FOO="${NONE-d e}"', 'FOO', 'd e'],
  ["FOO='${NONE:-d}'", 'FOO', '${NONE:-d}'],
  ['FOO=${NONE:-${ALSO:-deep}}', 'FOO', 'deep'],
  ['FOO', 'FOO', undefined],
  ['FOO=bar\r', 'FOO', 'bar'],
]

for (const [line, name, value] of LINES) {
  test(`reads ${JSON.stringify(line)} as Compose does`, () => {
    const { entries, told } = read(`${line}\nLAST=1\n`)
    assert.deepEqual(told, [])
    assert.deepEqual(
      entries.map((entry) => [entry.name, entry.value]),
      [
        [name, value],
        ['LAST', '1'],
      ],
    )
  })
}

test('reads values over several lines, and goes on behind them', () => {
  const { values, entries } = read('KEY="-----BEGIN\nabc\n-----END"\nNEXT=1\n')
  assert.deepEqual(values, { KEY: '-----BEGIN\nabc\n-----END', NEXT: '1' })
  assert.equal(entries[1]!.at.line, 4)
})

test('fills in names of the file so far, and prefers those known from outside', () => {
  const outer: Lookup = (name) =>
    name === 'B' ? { value: 'outer', from: { file: 'x', line: 1, column: 1 } } : undefined
  assert.deepEqual(read('A=1\nB=2\nC=$A$B$D\nD=3', outer).values, { A: '1', B: '2', C: '1outer', D: '3' })
})

test('knows where a name and where its value is written', () => {
  const [first, second] = read('# x\nexport A = "b"\nC=${D:-e}\n').entries
  assert.deepEqual([first!.at.line, first!.at.column, first!.valueAt.column], [2, 8, 13])
  assert.deepEqual(second!.variables, [{ name: 'D', from: { file: '.env', line: 3, column: 8 }, by: 'default' }])
})

test('says which lines are broken, never what stands in them, and reads the rest', () => {
  const { values, told } = read('A=1\nFOO BAR=hunter2\nlol$wut=hunter2\n=hunter2\nB=${\nC=2\nD="hunter2\nE=3\n')
  assert.deepEqual(values, { A: '1', B: '', C: '2', E: '3' })
  assert.deepEqual(
    told.map((line) => line.split(' ')[0]),
    ['2:1', '3:1', '4:1', '5:3', '7:3'],
  )
  assert.ok(!told.join().includes('hunter2'))
})

test('stops telling of broken lines when the file is no env file at all', () => {
  assert.equal(read('a b c\n'.repeat(10_000)).told.length, 21)
})

test('takes raw files as they are', () => {
  assert.deepEqual(read('A="x" # y\n# z\nB=$A\nC\r\n', NOTHING, 'raw').values, { A: '"x" # y', B: '$A', C: undefined })
})
