import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withLines, withValues } from './patched.ts'
import type { ObjectRepair, TextRepair } from './repair.ts'

const lines = (line: number, remove: number, ...insert: string[]) => ({
  repair: { kind: 'text', file: '/f', line, remove, insert } satisfies TextRepair,
  rule: 'a.rule',
  why: 'A title',
})
const value = (document: number, path: ObjectRepair['path'], to: unknown) => ({
  repair: { kind: 'object', file: '/f', document, path, value: to } satisfies ObjectRepair,
  rule: 'a.rule',
  why: 'A title',
})

test('lines count as they stood before, whatever else is changed', () => {
  const text = 'one\ntwo\nthree\nfour\n'
  assert.equal(
    withLines(text, [lines(1, 0, 'zero'), lines(3, 1, 'drei', 'trois'), lines(5, 0, 'five')]),
    'zero\none\ntwo\ndrei\ntrois\nfour\nfive\n',
  )
})

test('of two changes at one line the first comes out above, equal ones once, and one that overlaps waits', () => {
  assert.equal(withLines('a\n', [lines(1, 0, 'x'), lines(1, 0, 'y'), lines(1, 0, 'x')]), 'x\ny\na\n')
  assert.equal(withLines('a\nb\nc\n', [lines(2, 1, 'B'), lines(1, 2, 'AB')]), 'a\nB\nc\n')
})

test('inserted lines end as those of the file do', () => {
  assert.equal(withLines('a\r\nb\r\n', [lines(2, 0, 'x')]), 'a\r\nx\r\nb\r\n')
})

const MANIFESTS = `# one
kind: A
spec: {replicas: 1}   # stays
---
# two
kind:   B
list:
- name:   x
  image: y
---
kind: C
`

test('only the document that needs it is written anew, and comments stay', () => {
  const text = withValues(MANIFESTS, [value(1, ['list', 0, 'image'], 'z')])
  assert.ok(text.startsWith(MANIFESTS.slice(0, MANIFESTS.indexOf('---') + 4)))
  assert.ok(text.endsWith('---\nkind: C\n'))
  assert.match(text, /# two\nkind: B\nlist:\n- name: x\n {2}image: z\n/)
})

test('a path that leads nowhere changes nothing', () => {
  assert.equal(withValues(MANIFESTS, [value(0, ['kind', 'x'], 1)]), MANIFESTS)
  assert.equal(withValues('kind: [\n', [value(0, ['kind'], 1)]), 'kind: [\n')
})
