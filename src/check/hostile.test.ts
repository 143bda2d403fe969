import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { withValues } from './fix/patched.ts'
import { shellWord } from './fix/shell-word.ts'
import { standingOf, writeOwn } from './fix/write.ts'
import type { CheckResult } from './result.ts'
import { rules } from './rules/all.ts'
import { check } from './run.ts'

const WEB = 'services:\n  web:\n    image: nginx:1.27\n'
/** Each of these took minutes or more; what is left is mostly the start of the rules. */
const SOON_MS = 5_000

async function checked(
  files: Readonly<Record<string, string>>,
  prepare?: (folder: string) => void,
): Promise<CheckResult> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-hostile-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    prepare?.(folder)
    return await check({
      ...{ paths: [folder], base: folder, profile: 'auto', guide: undefined, kubernetes: undefined, rules },
      ...{ live: { dockerSocket: undefined, host: false }, minSeverity: 'high', now: Date.UTC(2026, 0, 1) },
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'valueOf']) {
  test(`${name} is a name like any other, wherever it stands`, async () => {
    const { problems } = await checked({
      'compose.yaml': `${WEB}    ${name}: [a]\n`,
      'compose.override.yaml': `services:\n  web:\n    ${name}: [b]\n`,
      'k8s/a.yaml': `apiVersion: v1\nkind: ${name}\nmetadata: {name: a, annotations: {${name}: b}}\nspec: {}\n`,
      'k8s/b.yaml': `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: {${name}: x}}\nspec: {}\n`,
      'k8s/c.yaml': `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r}\nsubjects: [{kind: Group, name: ${name}}]\nroleRef: {kind: Role, name: x}\n`,
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/objects/x': '',
      '.gitignore': `[[:${name}:]]\n`,
      '.env': 'A_PASSWORD=b\n',
    })
    assert.deepEqual(problems, [])
  })
}

const SLOW: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a file of empty lines': { 'nginx.conf': '\n'.repeat(400_000) },
  'Lua comments that are never closed': {
    'nginx.conf': `http { server { a_by_lua_block { ${'--[[\n'.repeat(100_000)} } } }`,
  },
  'Lua texts that are never closed': {
    'nginx.conf': `http { server { a_by_lua_block { ${"'\\".repeat(200_000)} } } }`,
  },
  'brackets in an include': { 'nginx.conf': `http { include ${'['.repeat(300_000)}*; }` },
  'commas before an address': { Caddyfile: `${','.repeat(400_000)}x {\n respond a\n}\n` },
  'variables that are never closed': { Caddyfile: `a.org {\n respond "${'{$a:'.repeat(100_000)}"\n}\n` },
  'comments that are never closed': { 'etc/apt/apt.conf.d/20auto-upgrades': '/*\n'.repeat(200_000) },
  'a rule of sudo without an end': { 'etc/sudoers': `a ALL=(ALL) ${'NOPASSWD: a: '.repeat(50_000)}\n` },
  'spaces behind a secret': { 'compose.yaml': WEB, '.env': `A_PASSWORD=a${' '.repeat(240_000)}b\n` },
  'brackets that comments close': { 'compose.yaml': `services:\n${'[ #]\n'.repeat(50_000)}` },
}

for (const [name, files] of Object.entries(SLOW)) {
  test(`${name} cost no more time than other text`, async () => {
    const start = performance.now()
    await checked(files)
    const took = performance.now() - start
    assert.ok(took < SOON_MS, `${Math.round(took)} ms`)
  })
}

test('a secret of megabytes stops nothing, and stands in no error', async () => {
  const { problems, findings } = await checked({
    'compose.yaml': `${WEB}    env_file: .env\n`,
    '.env': `A_PASSWORD=${'x'.repeat(3_000_000)}\n`,
  })
  assert.match(
    problems.map(({ message }) => message).join('|'),
    /^the secret in it can't be judged: \d+ bytes; at most \d+ are read$/,
  )
  assert.ok(findings.length > 0 && !JSON.stringify(findings).includes('xxxxxxxx'))
})

test('the password of an address is covered also where nobody looks for one', async () => {
  const result = await checked({
    'compose.yaml': `${WEB}    env_file: "https://u:Kanary1qZ7w@files.example.org/.env"\n`,
    Caddyfile: 'a.org {\n import https://u:Kanary2qZ7w@files.example.org/x\n}\n',
    'k8s/a.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: "u:Kanary3qZ7w@r/x"}]}\n',
  })
  assert.ok(result.problems.length >= 2)
  assert.ok(!JSON.stringify(result).includes('Kanary'))
})

test('of a file with a hundred thousand faults a hundred are told', async () => {
  const { problems } = await checked({ 'compose.yaml': `${WEB}${'  s: {image: a}\n'.repeat(2_000)}` })
  assert.equal(problems.length, 101)
  assert.match(problems[100]!.message, /more problems/)
})

test('a file of /proc, which says that it is empty, is read no further than any other', async () => {
  const { files, problems } = await checked({ 'compose.yaml': WEB }, (folder) =>
    symlinkSync('/proc/kallsyms', join(folder, '.env')),
  )
  assert.ok(!files.includes('.env'))
  assert.match(JSON.stringify(problems), /at most \d+ are read|may not read/)
})

test('a manifest with many empty lines is patched in no time', () => {
  const text = `${'\n'.repeat(60)}kind: Pod\nspec: {}\n`
  const repair = { kind: 'object', file: '/k.yaml', document: 0, path: ['spec', 'hostPID'], value: false } as const
  assert.match(withValues(text, [{ repair, rule: 'a.b', why: 'c' }]), /hostPID: false/)
})

test('a path in a command is one word, whatever its name', () => {
  for (const name of ['a b', '$(touch x)', "it's", 'a\nb', '-rf', '`x`;&|<>', 'a\\b']) {
    const told = execFileSync('bash', ['-c', `printf %s ${shellWord(name)}`], { encoding: 'utf8' })
    assert.equal(told.replace(/^\.\/(?=-)/, ''), name)
  }
  assert.equal(shellWord('web/compose.yaml'), 'web/compose.yaml')
})

test('a file that has the name of our draft is not removed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-hostile-'))
  try {
    const draft = join(folder, `compose.castellan.yaml.${process.pid}`)
    writeFileSync(draft, 'mine')
    assert.throws(() => writeOwn(join(folder, 'compose.castellan.yaml'), 'x'), { code: 'EEXIST' })
    assert.ok(existsSync(draft))
    assert.equal(standingOf(draft), 'foreign')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
