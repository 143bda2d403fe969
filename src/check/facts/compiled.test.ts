import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readCompiled } from './compiled.ts'

test('what was compiled counts as long as its source is not newer', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-facts-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [source, compiled] = [join(folder, 'a.yaml'), join(folder, 'a.json')]
  writeFileSync(source, 'a: 1')
  assert.equal(readCompiled(compiled, source), undefined)
  writeFileSync(compiled, '{"a":1}')
  utimesSync(source, 1_000, 1_000)
  utimesSync(compiled, 1_000, 1_000)
  assert.deepEqual(readCompiled(compiled, source), { a: 1 })
  utimesSync(source, 1_001, 1_001)
  assert.equal(readCompiled(compiled, source), undefined)
})
