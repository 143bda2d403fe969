import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overrideText } from './override.ts'
import type { ComposeRepair } from './repair.ts'

const wanted = (path: string, value: unknown, how: ComposeRepair['how'] = 'merge', rule = 'a.rule') => ({
  repair: { kind: 'compose', path: path.split('/'), value, how } as const,
  rule,
  why: `Why ${rule}`,
})

test('says what each change is for, and tags what does not merge', () => {
  const text = overrideText(
    [
      wanted('services/db/ports', ['127.0.0.1:5432:5432'], 'replace'),
      wanted('services/db/privileged', null, 'remove', 'b.rule'),
      wanted('services/db/read_only', true, 'merge', 'c.rule'),
    ],
    ['Header.', 'More.'],
  )
  assert.equal(
    text,
    `# Header.
# More.

services:
  db:
    # a.rule: Why a.rule
    ports: !override
      - "127.0.0.1:5432:5432"
    # b.rule: Why b.rule
    privileged: !reset null
    # c.rule: Why c.rule
    read_only: true
`,
  )
})

test('repairs of one place are joined', () => {
  const text = overrideText(
    [
      wanted('services/a/cap_drop', ['ALL']),
      wanted('services/a/cap_drop', ['ALL', 'NET_RAW'], 'merge', 'b.rule'),
      wanted('services/a/deploy', { resources: { limits: { memory: '512m' } } }),
      wanted('services/a/deploy/resources/limits/pids', 200, 'merge', 'c.rule'),
      wanted('services/a/read_only', true),
      wanted('services/a/read_only', false, 'merge', 'd.rule'),
    ],
    ['H'],
  )
  assert.match(
    text,
    /# a\.rule: Why a\.rule\n {4}# b\.rule: Why b\.rule\n {4}cap_drop:\n {6}- "ALL"\n {6}- "NET_RAW"\n/,
  )
  assert.match(text, /limits:\n {10}memory: "512m"\n {10}# c\.rule: Why c\.rule\n {10}pids: 200\n/)
  assert.match(text, /read_only: true\n/)
})
