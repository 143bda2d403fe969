import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Disk } from '../../disk.ts'
import { findGitFolder } from './folder.ts'
import { readHistory } from './history.ts'
import { readRepository } from './read.ts'

const hasGit = spawnSync('git', ['--version']).status === 0
const options = hasGit ? {} : { skip: 'git is not installed' }

interface Work {
  readonly folder: string
  git(...words: readonly string[]): string
  write(name: string, text: string): void
}

function repository(t: TestContext, ...init: readonly string[]): Work {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'castellan-git-')))
  t.after(() => rmSync(folder, { recursive: true }))
  const work: Work = {
    folder,
    git(...words) {
      const settings = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'core.excludesFile=/dev/null']
      const run = spawnSync('git', [...settings, '-C', folder, ...words], { encoding: 'utf8' })
      assert.ok(run.status === 0 || words[0] === 'check-ignore', run.stderr)
      return run.stdout
    },
    write(name, text) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    },
  }
  work.git('init', '-q', ...init)
  return work
}

function read({ folder }: Work) {
  const disk = new Disk(folder)
  const found = readRepository(disk, folder)
  assert.deepEqual(disk.problems, [])
  assert.ok(found)
  const names = (paths: Iterable<string>) => [...paths].map((path) => relative(folder, path)).sort()
  return {
    ...found,
    trackedNames: names(found.tracked ?? []),
    past: found.history.found.map((one) => ({ ...one, path: relative(folder, one.path) })),
  }
}

const SECRET = 'API_TOKEN=5c1f0e7a9b3d4826\n'

for (const [version, init] of [
  [2, []],
  [3, []],
  [4, []],
  [2, ['--object-format=sha256']],
] as const) {
  test(
    `reads tracked files from an index of version ${version}${init.length > 0 ? ' with SHA-256' : ''}`,
    options,
    (t) => {
      const work = repository(t, ...init)
      const names = ['.env', 'a/b/c.txt', 'a/b/d.txt', 'compose.yaml', 'ü.txt', `${'long'.repeat(40)}.txt`]
      for (const name of names) work.write(name, name)
      work.git('add', '.')
      work.git('update-index', `--index-version=${version}`)
      // Version 3 is written only when an entry needs it.
      if (version === 3) {
        work.write('later.txt', '')
        work.git('add', '--intent-to-add', 'later.txt')
      }
      assert.deepEqual(read(work).trackedNames, [...names, ...(version === 3 ? ['later.txt'] : [])].sort())
    },
  )
}

test('finds a file of secrets that was committed and taken out again, loose and packed', options, (t) => {
  const work = repository(t)
  work.write('deploy/.env', SECRET)
  work.write('compose.yaml', 'services: {}\n')
  work.git('add', '.')
  work.git('commit', '-qm', 'one')
  const commit = work.git('rev-parse', 'HEAD').slice(0, 10)
  work.git('rm', '-q', 'deploy/.env')
  work.git('commit', '-qm', 'two')
  const expected = [{ path: 'deploy/.env', commit, holdsSecret: true }]
  assert.deepEqual(read(work).past, expected)
  work.git('gc', '-q', '--prune=now')
  const packed = read(work)
  assert.deepEqual([packed.past, packed.history.incomplete], [expected, undefined])
  assert.ok(!packed.trackedNames.includes('deploy/.env'))
})

test('finds it in many commits of one pack with deltas, on other branches and behind tags', options, (t) => {
  const work = repository(t)
  const lines = Array.from({ length: 300 }, (_, index) => `folder-${index}/file.txt`)
  for (const name of lines) work.write(name, name)
  for (let round = 0; round < 12; round++) {
    work.write(`folder-${round}/file.txt`, `changed ${round}`)
    work.git('add', '.')
    work.git('commit', '-qm', `${round}`)
    if (round !== 6) continue
    work.git('checkout', '-q', '-b', 'side')
    work.write('secrets/db_password', 'f3a9c2d17b5e4860\n')
    work.git('add', '.')
    work.git('commit', '-qm', 'side')
    work.git('tag', '-a', '-m', 'kept', 'kept')
    work.git('checkout', '-q', '-')
    work.git('branch', '-qD', 'side')
  }
  work.git('gc', '-q', '--aggressive', '--prune=now')
  const { past, history } = read(work)
  assert.deepEqual(
    past.map(({ path, holdsSecret }) => [path, holdsSecret]),
    [['secrets/db_password', true]],
  )
  assert.equal(history.incomplete, undefined)
})

test('tells a placeholder, a certificate and a sample from a secret', options, (t) => {
  const work = repository(t)
  work.write('.env', 'DB_PASSWORD=change-me\nTAG=1.2.3\n')
  work.write('.env.example', SECRET)
  work.write('tls/chain.pem', '-----BEGIN CERTIFICATE-----\nMIIB\n')
  work.write('tls/site.pem', '-----BEGIN PRIVATE KEY-----\nMIIB\n')
  work.git('add', '.')
  work.git('commit', '-qm', 'one')
  assert.deepEqual(
    read(work).past.map(({ path, holdsSecret }) => [path, holdsSecret]),
    [
      ['.env', false],
      ['tls/chain.pem', false],
      ['tls/site.pem', true],
    ],
  )
})

test('says so when it does not look at all of the history', options, (t) => {
  const work = repository(t)
  for (let round = 0; round < 5; round++) {
    work.write('a.txt', `${round}`)
    work.git('add', '.')
    work.git('commit', '-qm', `${round}`)
  }
  const git = findGitFolder(new Disk(work.folder), work.folder)!
  assert.equal(readHistory(git, 4).incomplete, 'only 4 objects of its history were looked at')
  assert.equal(readHistory(git).incomplete, undefined)
  mkdirSync(join(work.folder, '.git/reftable'))
  assert.match(readHistory(git).incomplete ?? '', /reftable/)
})

test('reads a linked work tree', options, (t) => {
  const work = repository(t)
  work.write('.env', SECRET)
  work.git('add', '.')
  work.git('commit', '-qm', 'one')
  work.git('worktree', 'add', '-q', join(work.folder, 'linked'))
  const linked = readRepository(new Disk(work.folder), join(work.folder, 'linked'))
  assert.deepEqual([...(linked?.tracked ?? [])], [join(work.folder, 'linked/.env')])
  assert.deepEqual(
    linked?.history.found.map(({ holdsSecret }) => holdsSecret),
    [true],
  )
})

const PATTERNS = [
  '.env',
  '/.env',
  '*.env',
  '.env*\n!.env.example',
  'secrets',
  'secrets/',
  '/secrets/*\n!/secrets/README.md',
  'secrets/**',
  '**/db_password',
  'deploy/**/key.pem',
  'a/**/b',
  '*.[pk]e[my]',
  '[!.]*',
  '[[:lower:]]*.pem',
  '\\!odd',
  '# comment\n\n  \n.env   ',
  'deploy\n!deploy/.env',
  '*\n!*/\n!compose.yaml',
  '**',
  'foo?bar',
  '\\#x',
  'a*b*c*d',
]
const PATHS = [
  '.env',
  '.env.example',
  'deploy/.env',
  'prod.env',
  'secrets/db_password',
  'secrets/README.md',
  'deploy/x/y/key.pem',
  'deploy/key.pem',
  'key.pem',
  'id.key',
  'a/b',
  'a/x/b',
  '!odd',
  '#x',
  'foo-bar',
  'foo/bar',
  'axbycz-d',
  'compose.yaml',
]

test('leaves out what git itself leaves out', options, (t) => {
  const work = repository(t)
  for (const patterns of PATTERNS) {
    work.write('.gitignore', `${patterns}\n`)
    const { isIgnored } = read(work)
    const theirs = new Set(work.git('check-ignore', '--no-index', ...PATHS).split('\n'))
    // Git quotes names with signs of its own; those are left as they are.
    for (const path of PATHS) {
      assert.equal(isIgnored(join(work.folder, path)), theirs.has(path), `${JSON.stringify(patterns)}: ${path}`)
    }
  }
})

test('the nearest file of patterns decides, and the list of the repository itself counts', options, (t) => {
  const work = repository(t)
  work.write('.gitignore', '*.txt\n')
  work.write('deploy/.gitignore', '!keep.txt\n/secrets\n')
  appendFileSync(join(work.folder, '.git/info/exclude'), '\n*.local\n')
  const paths = ['a.txt', 'deploy/keep.txt', 'deploy/secrets/x', 'deploy/a/secrets/x', 'x.local', 'deploy/x.local']
  const { isIgnored } = read(work)
  const theirs = new Set(work.git('check-ignore', '--no-index', ...paths).split('\n'))
  assert.deepEqual(
    paths.map((path) => isIgnored(join(work.folder, path))),
    paths.map((path) => theirs.has(path)),
  )
})

test('a broken index is a problem, and broken objects are told', options, (t) => {
  const work = repository(t)
  work.write('.env', SECRET)
  work.git('add', '.')
  work.git('commit', '-qm', 'one')
  work.git('gc', '-q')
  truncateSync(join(work.folder, '.git/index'), 50)
  const pack = work.git('count-objects', '-v')
  assert.match(pack, /packs: 1/)
  for (const name of spawnSync('ls', [join(work.folder, '.git/objects/pack')], { encoding: 'utf8' }).stdout.split('\n'))
    if (name.endsWith('.pack')) spawnSync('chmod', ['u+w', join(work.folder, '.git/objects/pack', name)])
  for (const name of spawnSync('ls', [join(work.folder, '.git/objects/pack')], { encoding: 'utf8' }).stdout.split('\n'))
    if (name.endsWith('.pack')) truncateSync(join(work.folder, '.git/objects/pack', name), 20)
  const disk = new Disk(work.folder)
  const found = readRepository(disk, work.folder)
  assert.deepEqual(
    disk.problems.map(({ at, message }) => `${at.file}: ${message}`),
    [".git/index: git's index can't be read: its entry 1 is broken"],
  )
  assert.equal(found?.tracked, undefined)
  assert.equal(found?.history.incomplete, 'parts of its history are not there or broken')
})

test('there is none around a folder that is in no work tree', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-git-'))
  t.after(() => rmSync(folder, { recursive: true }))
  assert.equal(readRepository(new Disk(folder), folder), undefined)
})
