import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import type { ObjectRepair } from '../../fix/repair.ts'
import type { Sample } from '../rule.ts'
import { kubernetesRules } from './index.ts'
import { observed, stackOf } from './stack.fixture.ts'

for (const rule of kubernetesRules) {
  const stack = stackOf(rule.bad)
  const found = observed(rule, stack)
  const repairs = found.flatMap(({ repair }) => repair ?? []).filter((one) => one.kind === 'object')
  if (repairs.length === 0) continue
  test(`${rule.id}: what it finds on its bad sample is gone after its repair`, () => {
    assert.equal(repairs.length, found.length)
    assert.deepEqual(observed(rule, stackOf(mended(rule.bad, stack.folder, repairs))), [])
  })
}

function mended(sample: Sample, folder: string, repairs: readonly ObjectRepair[]): Sample {
  return Object.fromEntries(
    Object.entries(sample).map(([name, text]) => {
      const documents = parseAllDocuments(text)
      assert.ok(Array.isArray(documents))
      for (const { file, document, path, value } of repairs) {
        if (file === `${folder}/${name}`) documents[document]?.setIn(path, value)
      }
      return [name, documents.map((document) => document.toString()).join('---\n')]
    }),
  )
}
