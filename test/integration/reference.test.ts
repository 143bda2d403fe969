import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = dirname(dirname(import.meta.dirname))
const reference = join(root, 'docs/reference')

function check(folder: string) {
  const args = [join(root, 'scripts/reference.ts'), '--check', '--out', folder]
  return spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root })
}

test('the reference matches the schemas, the guards and the commands', () => {
  const { status, stderr } = check(reference)
  assert.equal(status, 0, stderr)
})

test('a page that somebody edited, or forgot, is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-reference-'))
  try {
    cpSync(reference, folder, { recursive: true })
    writeFileSync(join(folder, 'reasons.md'), readFileSync(join(folder, 'reasons.md'), 'utf8').replace('403', '404'))
    rmSync(join(folder, 'controls.md'))
    const { status, stderr } = check(folder)
    assert.equal(status, 1)
    assert.deepEqual(stderr.match(/[a-z]+\.md(?= is not)/g), ['reasons.md', 'controls.md'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('no reason and no control has the name of another', () => {
  for (const name of ['reasons.md', 'controls.md']) {
    const text = readFileSync(join(reference, name), 'utf8')
    const ids = [...text.matchAll(/^\| `([a-z-]+\.[a-zA-Z-]+)`/gm)].map(([, id]) => id)
    assert.ok(ids.length > 20, `${name} has ${ids.length}`)
    assert.equal(new Set(ids).size, ids.length)
  }
})
