import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EnvFile } from '../readers/env/types.ts'
import { stackOf } from '../samples.fixture.ts'
import { envCopy, type NewSecrets } from './env-copy.ts'
import type { EnvRepair } from './repair.ts'

const SECRET = { randomBytes: 24, form: 'base64url' } as const

function copy(text: string, values: Readonly<Record<string, EnvRepair['value']>>, secrets: NewSecrets = new Map()) {
  const file: EnvFile = stackOf({ '.env': text }).env[0]!
  const wanted = Object.entries(values).map(([name, value]) => ({
    repair: { kind: 'env', file: file.path, name, value } as const,
    rule: 'a.rule',
    why: 'A title',
  }))
  return envCopy(file, text, wanted, secrets)
}

test('changes one value, says why above it, and leaves all else to the letter', () => {
  const text = '# first\nexport A = 1 \nB="two words" # why\n\nC=3'
  assert.equal(copy(text, { B: 'x' }), '# first\nexport A = 1 \n# a.rule: A title\nB=x # why\n\nC=3\n')
})

test('keeps an export and quotes what Compose would read otherwise', () => {
  assert.equal(copy('export A=1\n', { A: 'a b$c' }), "# a.rule: A title\nexport A='a b$c'\n")
  assert.equal(copy('A=1\n', { A: "it's $1" }), `# a.rule: A title\nA="it's \\$1"\n`)
})

test('replaces a value of several lines as a whole', () => {
  assert.equal(copy('A="one\ntwo # not a comment\nthree"\nB=2\n', { A: 'x' }), '# a.rule: A title\nA=x\nB=2\n')
})

test('takes an entry out without keeping its value, and adds one that is missing', () => {
  assert.equal(copy('A=old-secret\n', { A: undefined }), '# a.rule: A title\n# A stood here\n')
  assert.equal(copy('A=1\n', { B: '2' }), 'A=1\n# a.rule: A title\nB=2\n')
})

test('keeps the line ends of the file', () => {
  assert.equal(copy('A=1\r\nB=2\r\n', { A: '3' }), '# a.rule: A title\r\nA=3\r\nB=2\r\n')
})

test('a database and its clients go on with one new password, other secrets get one each', () => {
  const text =
    'POSTGRES_PASSWORD=changeme\nAPP_DB_PASSWORD=changeme\nSECRET_KEY=changeme\nURL=postgres://a:changeme@db/a\n'
  const done = copy(text, { POSTGRES_PASSWORD: SECRET, APP_DB_PASSWORD: SECRET, SECRET_KEY: SECRET })
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(done)?.[1]
  assert.match(value('POSTGRES_PASSWORD') ?? '', /^[\w-]{32}$/)
  assert.equal(value('APP_DB_PASSWORD'), value('POSTGRES_PASSWORD'))
  assert.notEqual(value('SECRET_KEY'), value('POSTGRES_PASSWORD'))
  assert.match(value('SECRET_KEY') ?? '', /^[\w-]{32}$/)
  assert.equal(value('URL'), `postgres://a:${value('POSTGRES_PASSWORD')}@db/a`)
})

test('the same secret in two files stays the same', () => {
  const secrets: NewSecrets = new Map()
  const first = copy('DB_PASSWORD=changeme\n', { DB_PASSWORD: SECRET }, secrets)
  assert.equal(copy('DB_PASSWORD=changeme\n', { DB_PASSWORD: SECRET }, secrets), first)
  assert.notEqual(copy('DB_PASSWORD=changeme\n', { DB_PASSWORD: SECRET }), first)
})
