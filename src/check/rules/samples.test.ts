import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { tryRepairs } from '../fix/mend.ts'
import { judge } from '../judge.ts'
import { observed, withSample } from '../samples.fixture.ts'
import { rules } from './all.ts'
import { SEVERITIES } from './rule.ts'

for (const rule of rules) {
  test(`${rule.id} finds its bad sample and not its good one`, () => {
    withSample(rule.bad, {}, ({ stack, disk }) => {
      assert.deepEqual(disk.problems, [])
      assert.notEqual(observed(rule, stack).length, 0)
    })
    withSample(rule.good, {}, ({ stack, disk }) => {
      assert.deepEqual(disk.problems, [])
      assert.ok(rule.applies(stack), 'it has nothing to look at in its good sample')
      assert.deepEqual(observed(rule, stack), [])
    })
  })
}

for (const rule of rules) {
  test(`${rule.id}: where --fix mends what it found, the finding ends`, () => {
    withSample(rule.bad, {}, ({ folder, stack, disk, reading }) => {
      const judgement = judge(stack, [rule], disk, undefined)
      const open = judgement.judged.filter(({ observation }) => observation.repair === undefined)
      if (open.length === judgement.judged.length) return
      const target = { folder, composeFiles: undefined }
      const tried = tryRepairs({ stack, target, judgement, reading, guide: undefined, rules: [rule], base: folder })
      assert.deepEqual(tried.problems, [])
      assert.deepEqual(
        tried.after.judged.map(({ finding }) => finding.observed),
        open.map(({ finding }) => finding.observed),
      )
    })
  })
}

test('every rule has an id of its own, which is its family and its file', () => {
  assert.deepEqual(
    rules.map(({ id }) => id),
    [...new Set(rules.map(({ id }) => id))],
  )
  const astray = rules.filter(({ id }) => !existsSync(join(import.meta.dirname, `${id.replace('.', '/')}.ts`)))
  assert.deepEqual(
    astray.map(({ id }) => id),
    [],
  )
})

test('titles are short and without a full stop; all other texts are sentences', () => {
  for (const { id, title, looksFor, why, fix, severity } of rules) {
    assert.match(title, /^\S.*[^.\s]$/, id)
    assert.ok(title.length <= 100, `${id}: a title of ${title.length} characters`)
    assert.ok(SEVERITIES.includes(severity), id)
    for (const text of [looksFor, why, fix]) assert.match(text, /^\S.*[.!?)]$/s, `${id}: ${text}`)
  }
})

test('no two rules of a family have the same title', () => {
  const titles = rules.map(({ id, title }) => `${id.split('.')[0]}: ${title}`)
  assert.deepEqual(
    titles.filter((title, index) => titles.indexOf(title) !== index),
    [],
  )
})
