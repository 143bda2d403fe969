import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newestMajor } from './node-range.ts'

const RANGES: readonly (readonly [string, number | undefined])[] = [
  ['12', 12],
  ['v12.22.1', 12],
  ['12.x', 12],
  ['^12.4 || ^14.1', 14],
  ['>=12 <15', 14],
  ['>=12.0.0 <15.0.0', 14],
  ['>=12 <15.3', 15],
  ['10.0.0 - 12.9.0', 12],
  ['<= 16', 16],
  ['lts/erbium', 12],
  ['>=12', undefined],
  ['^12 || >=20', undefined],
  ['lts/*', undefined],
  ['*', undefined],
  ['node', undefined],
  ['', undefined],
]

for (const [range, major] of RANGES) {
  test(`the newest version that "${range}" allows is ${major ?? 'not known'}`, () => {
    assert.equal(newestMajor(range), major)
  })
}
