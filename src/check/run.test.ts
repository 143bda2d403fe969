import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { exitCodeOf } from './result.ts'
import { rules } from './rules/all.ts'
import type { Rule, Sample } from './rules/rule.ts'
import { type CheckOptions, check } from './run.ts'
import { NOW } from './samples.fixture.ts'

const DATABASE = 'services:\n  db:\n    image: postgres:17.2\n    ports: ["5432:5432"]\n'
const QUIET = 'services:\n  db:\n    image: postgres:17.2\n'

function folderOf(t: TestContext, files: Sample): string {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-run-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

function run(base: string, options: Partial<CheckOptions> = {}) {
  return check({
    paths: [base],
    base,
    profile: 'auto',
    guide: undefined,
    kubernetes: undefined,
    live: { dockerSocket: undefined, host: false },
    minSeverity: 'high',
    now: NOW,
    rules,
    ...options,
  })
}

test('two runs give the same, in the order of path, line and rule', async (t) => {
  const folder = folderOf(t, {
    'b/compose.yaml': DATABASE,
    'a/compose.yaml': DATABASE,
    'a/.env': 'ADMIN_TOKEN=changeme\n',
  })
  const first = await run(folder)
  assert.deepEqual(await run(folder), first)
  const keys = first.findings.map(({ file, line, rule }) => `${file}\n${String(line).padStart(6, '0')}\n${rule}`)
  assert.deepEqual(keys, [...keys].sort())
  assert.deepEqual(
    first.stacks.map(({ folder: name }) => name),
    ['a', 'b'],
  )
  assert.ok(first.files.includes('a/.env') && first.files.includes('b/compose.yaml'))
})

test('ends with 1 at the threshold and 0 below it', async (t) => {
  const folder = folderOf(t, { 'compose.yaml': DATABASE })
  const found = await run(folder)
  assert.equal(exitCodeOf(found), 1)
  assert.ok(found.findings.some(({ rule, severity }) => rule === 'compose.published-data' && severity === 'critical'))
  const quiet = folderOf(t, { 'compose.yaml': QUIET })
  const only = (ids: readonly string[]) => rules.filter(({ id }) => ids.includes(id))
  const some = only(['compose.memory-limit'])
  assert.equal(exitCodeOf(await run(quiet, { rules: some })), 0)
  const strict = await run(quiet, { rules: some, minSeverity: 'medium' })
  assert.equal(exitCodeOf(strict), 1)
  assert.equal(strict.summary.failing, 1)
})

test('what can not be read is a problem with file and line, the rest is still checked, and it ends with 2', async (t) => {
  const folder = folderOf(t, {
    'good/compose.yaml': DATABASE,
    'broken/compose.yaml': 'services:\n  db:\n    image: "postgres\n',
    'binary/compose.yaml': 'services:\u0000\n',
    'loop/compose.yaml': 'services:\n  a:\n    extends: b\n  b:\n    extends: a\n',
    'huge/compose.yaml': `services: {}\n#${'x'.repeat(5_000_000)}\n`,
    'deep/compose.yaml': `services: ${'['.repeat(100_000)}\n`,
  })
  symlinkSync('compose.yaml', join(folder, 'broken', '.env'))
  mkdirSync(join(folder, 'circle'))
  symlinkSync('compose.yaml', join(folder, 'circle', 'compose.yaml'))
  const found = await run(folder)
  assert.equal(exitCodeOf(found), 2)
  assert.ok(found.findings.some(({ file }) => file === 'good/compose.yaml'))
  for (const name of ['broken', 'binary', 'loop', 'huge', 'deep', 'circle'])
    assert.ok(
      found.problems.some(({ at }) => at.file.startsWith(`${name}/`)),
      `${name}: ${JSON.stringify(found.problems)}`,
    )
  assert.ok(found.problems.some(({ at }) => at.file === 'broken/compose.yaml' && at.line === 3))
})

test('a folder with nothing that could be checked, and a path that is not there, end with 2', async (t) => {
  const folder = folderOf(t, { 'readme.txt': 'hello' })
  const nothing = await run(folder)
  assert.equal(exitCodeOf(nothing), 2)
  assert.match(nothing.problems[0]?.message ?? '', /nothing was found that could be checked/)
  const absent = await run(folder, { paths: [join(folder, 'absent')] })
  assert.equal(exitCodeOf(absent), 2)
  assert.equal(absent.problems[0]?.message, 'it is not there')
})

test('a Compose file that is named is read in place of the one that Compose would take', async (t) => {
  const folder = folderOf(t, { 'compose.yaml': QUIET, 'staging.yml': DATABASE })
  const named = await run(folder, { paths: [join(folder, 'staging.yml')] })
  assert.ok(named.findings.some(({ rule }) => rule === 'compose.published-data'))
  assert.deepEqual(named.files, ['staging.yml'])
  const usual = await run(folder)
  assert.ok(!usual.findings.some(({ rule }) => rule === 'compose.published-data'))
})

test('a rule that fails is a problem, and the others go on', async (t) => {
  const folder = folderOf(t, { 'compose.yaml': DATABASE })
  const failing: Rule = {
    ...rules[0]!,
    id: 'compose.failing',
    applies: () => true,
    check: () => {
      throw new Error('no way')
    },
  }
  const found = await run(folder, { rules: [failing, ...rules] })
  assert.equal(found.problems[0]?.message, 'the rule compose.failing failed on it: no way')
  assert.ok(found.findings.length > 0)
})

test('manifests come from standard input, and an engine that does not answer is a problem', async (t) => {
  const folder = folderOf(t, {})
  const text =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: a, securityContext: { privileged: true } }] }\n'
  const found = await run(folder, { paths: [], kubernetes: { text } })
  assert.ok(found.findings.some(({ rule, file }) => rule === 'kubernetes.privileged' && file === 'standard input'))
  assert.equal(found.problems.length, 0)
  const socket = join(folder, 'absent.sock')
  const asked = await run(folder, { paths: [], kubernetes: { text }, live: { dockerSocket: socket, host: false } })
  assert.equal(exitCodeOf(asked), 2)
  assert.equal(asked.problems[0]?.at.file, socket)
})

test('a guide is judged by the installations of its application alone', async (t) => {
  const loomio = 'services:\n  app:\n    image: loomio/loomio:3.0.20\n    environment: { LOOMIO_HMAC_KEY: a }\n'
  const folder = folderOf(t, { 'loomio/compose.yaml': loomio, 'other/compose.yaml': DATABASE })
  const { guide, findings } = await run(folder, { guide: 'loomio' })
  assert.ok(guide !== undefined)
  assert.equal(guide.claims.length, guide.counts.met + guide.counts.unmet + guide.counts.undecided)
  const unmet = guide.claims.filter(({ status }) => status === 'unmet')
  assert.ok(unmet.some(({ id, reason }) => id === 'loomio-30' && /LOOMIO_HMAC_KEY/.test(reason)))
  assert.ok(unmet.every(({ reason }) => !reason.includes('other/')))
  assert.ok(findings.some(({ claims }) => claims.includes('loomio-30')))
})

test('the guide and the profile that there are not are refused', async (t) => {
  const folder = folderOf(t, { 'compose.yaml': QUIET })
  await assert.rejects(run(folder, { guide: 'nothing' }), { code: 'check.unknown-name' })
  await assert.rejects(run(folder, { profile: '../guides/loomio' }), { code: 'check.unknown-name' })
})

test('a file that this user may not read is a problem', async (t) => {
  const folder = folderOf(t, { 'compose.yaml': DATABASE, '.env': 'A=b\n' })
  chmodSync(folder, 0o755)
  chmodSync(join(folder, '.env'), 0)
  // Root may read everything, so that the check is run as nobody.
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    const { problems, findings } = await run(folder)
    assert.ok(problems.some(({ at, message }) => at.file === '.env' && /may not read/.test(message)))
    assert.ok(findings.some(({ rule }) => rule === 'compose.published-data'))
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
})

test('what is not seen, because an env file could not be read, is not called missing', async (t) => {
  const database = `${QUIET}    environment:\n      POSTGRES_PASSWORD: \${DB_PASSWORD}\n`
  const missing = async (env: string) => {
    const found = await run(folderOf(t, { 'compose.yaml': database, '.env': env }))
    return [found.findings.some(({ rule }) => rule === 'secret.missing'), exitCodeOf(found)]
  }
  assert.deepEqual(await missing('OTHER=1\n'), [true, 1])
  assert.deepEqual(await missing('DB_PASSWORD=\0\0\0\n'), [false, 2])
})
