import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Rule } from '../rules/rule.ts'
import { guideNames, loadGuide } from './load.ts'

const folder = join(import.meta.dirname, '..', 'rules')
const known = new Set<string>()
for (const family of readdirSync(folder)) {
  const index = join(folder, family, 'index.ts')
  if (!existsSync(index)) continue
  const exported = Object.values((await import(index)) as Record<string, readonly Rule[]>)
  for (const { id } of exported.flat()) known.add(id)
}

for (const guide of guideNames().map(loadGuide)) {
  test(`every rule that a claim of ${guide.name} names exists`, () => {
    const unknown = guide.claims.flatMap(({ id, rules }) =>
      rules.filter((rule) => !known.has(rule)).map((rule) => `${id}: ${rule}`),
    )
    assert.deepEqual(unknown, [])
  })
}
