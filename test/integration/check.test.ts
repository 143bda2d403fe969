/** `castellan check` as an operator types it, also with the oldest Node that it promises to run on. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'

const root = dirname(dirname(import.meta.dirname))
const program = join(root, 'bin/castellan')
const folder = mkdtempSync(join(tmpdir(), 'castellan-check-'))
after(() => rmSync(folder, { recursive: true }))

const BAD = 'services:\n  db:\n    image: postgres:17.2\n    ports: ["5432:5432"]\n'

function installation(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name)
  mkdirSync(path)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  return path
}

function castellan(args: readonly string[], options: { cwd?: string; input?: string } = {}) {
  return spawnSync(program, args, { encoding: 'utf8', ...options })
}

const bad = installation('bad', { 'compose.yaml': BAD, '.env': 'ADMIN_TOKEN=tulip-anvil-copper-meadow-71-ocean\n' })

test('says what is wrong in the folder where it is started, and ends with 1', () => {
  const { status, stdout, stderr } = castellan(['check'], { cwd: bad })
  assert.equal(status, 1, stderr)
  assert.match(stdout, /critical\s+A database is published to the network \(db\)\n\s+where\s+compose\.yaml:4\n/)
  assert.match(stdout, /found\s+.*5432/)
  assert.ok(!stdout.includes('\u001b'), 'colours only on a terminal')
  assert.ok(!stdout.includes('copper'))
})

test('ends with 0 below the threshold, and with 2 when something could not be read', () => {
  const broken = installation('broken', { 'compose.yaml': 'services: [' })
  assert.equal(castellan(['check', broken]).status, 2)
  assert.equal(castellan(['check', join(folder, 'absent')]).status, 2)
  const fine = installation('fine', { 'compose.yaml': BAD.replace('5432:5432', '127.0.0.1:5432:5432') })
  assert.equal(castellan(['check', fine, '--min-severity', 'critical']).status, 0)
  assert.equal(castellan(['check', fine, '--min-severity', 'low']).status, 1)
})

test('refuses what it does not know, and names what there is', () => {
  const cases = [
    [['check', '--guide', 'nothing'], /There are: dataspace, express/],
    [['check', '--profile', 'nothing'], /There are: dataspace, express/],
    [['check', '--format', 'xml'], /Allowed choices are table, json, sarif, html/],
    [['check', '--min-severity', 'bad'], /Allowed choices are info, low, medium, high, critical/],
    [['rules', 'show', 'compose.nothing'], /There are: .*compose\.privileged/],
  ] as const
  for (const [args, complaint] of cases) {
    const { status, stderr } = castellan(args, { cwd: bad })
    assert.notEqual(status, 0, args.join(' '))
    assert.match(stderr, complaint)
  }
})

test('every format holds the same findings, on standard output and in a file', () => {
  const report = JSON.parse(castellan(['check', bad, '--json']).stdout)
  assert.ok(report.findings.length > 0)
  const sarif = join(folder, 'report.sarif')
  assert.equal(castellan(['check', bad, '--format', 'sarif', '--output', sarif]).stdout, '')
  assert.equal(JSON.parse(readFileSync(sarif, 'utf8')).runs[0].results.length, report.findings.length)
  const html = castellan(['check', bad, '--format', 'html']).stdout
  for (const { rule } of report.findings) assert.ok(html.includes(`<code>${rule}</code>`), rule)
})

test('reads manifests from standard input, and then nothing of the folder', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { hostNetwork: true, containers: [{ name: a, image: a }] }\n'
  const { stdout, status } = castellan(['check', '--k8s', '-', '--json'], { cwd: bad, input: pod })
  const { findings, files } = JSON.parse(stdout)
  assert.equal(status, 1)
  assert.deepEqual(new Set(findings.map(({ file }: { file: string }) => file)), new Set(['standard input']))
  assert.deepEqual(files, [])
})

test('--guide tells of every claim, and --fix what is mended', () => {
  const claims = castellan(['check', bad, '--guide', 'express']).stdout
  assert.match(claims, /\d+ claims: \d+ met, \d+ unmet, \d+ undecided from files/)
  assert.match(claims, /(met|unmet|undecided)\s+express-1\n/)
  const mending = installation('mending', { 'compose.yaml': BAD })
  const { stdout } = castellan(['check', mending, '--fix'])
  assert.match(stdout, /written\s+.*compose\.castellan\.yaml/)
  assert.ok(existsSync(join(mending, 'compose.castellan.yaml')))
  assert.equal(readFileSync(join(mending, 'compose.yaml'), 'utf8'), BAD)
})

test('a reader that has seen enough ends it without a word', () => {
  const { stderr, stdout } = spawnSync('sh', ['-c', `${program} check ${bad} | head -n 1`], { encoding: 'utf8' })
  assert.equal(stderr, '')
  assert.equal(stdout.trim().split('\n').length, 1)
})

test('rules are listed and shown, with samples and claims', () => {
  const listed = JSON.parse(castellan(['rules', 'list', '--json']).stdout) as { id: string }[]
  assert.ok(listed.length > 200)
  const { stdout } = castellan(['rules', 'show', 'compose.published-data'])
  for (const part of [/critical/, /Why: /, /Fix: /, /Bad:/, /Good:/, /Claims: .*loomio-\d+/]) assert.match(stdout, part)
})

test('runs on Node 20, without a module of the server', (t) => {
  const old = ['/usr/bin/node', '/usr/local/bin/node'].find(
    (node) => existsSync(node) && /^v20\./.test(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout),
  )
  if (old === undefined) return t.skip('there is no Node 20 on this machine')
  const main = join(root, 'dist/main.js')
  assert.ok(existsSync(main), 'nothing is compiled; run: npm run build')
  const { status, stdout, stderr } = spawnSync(old, [main, 'check', bad, '--json'], { encoding: 'utf8' })
  assert.equal(status, 1, stderr)
  assert.ok(JSON.parse(stdout).findings.length > 0)
  const fixed = spawnSync(old, [main, 'check', bad, '--fix', '--guide', 'loomio'], { encoding: 'utf8' })
  assert.equal(fixed.status, 1, fixed.stderr)
  const loaded = [...loadedBy(main), ...loadedBy(join(root, 'dist/shared/check.js'))]
  assert.ok(loaded.length > 5, loaded.join(' '))
  assert.deepEqual(loaded.filter(isOfServer), [])
  assert.ok([...loadedBy(join(root, 'dist/control/main.js'))].some(isOfServer))
})

/** All chunks that a chunk imports, and those that they import, without what is loaded later. */
function loadedBy(path: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(path)) return loaded
  loaded.add(path)
  for (const [, name] of readFileSync(path, 'utf8').matchAll(/^(?:import|export)\b[^'"\n]*?["'](\.[^"']+)["']/gm))
    loadedBy(join(dirname(path), name!), loaded)
  return loaded
}

/** By what only servers have in them. */
function isOfServer(path: string): boolean {
  return /node:sqlite|node:http2|kysely|\bZodType\b|class Supervisor/.test(readFileSync(path, 'utf8'))
}

test('profiles and guides come with the program, and are read as JSON where it is compiled', () => {
  const facts = join(root, 'dist/facts')
  assert.ok(existsSync(facts), 'nothing is compiled; run: npm run build')
  for (const kind of ['profiles', 'guides']) {
    const sources = readdirSync(join(root, kind)).map((name) => name.replace('.yaml', '.json'))
    assert.deepEqual(readdirSync(join(facts, kind)).sort(), sources.sort())
    assert.ok(statSync(join(facts, kind)).isDirectory())
  }
})
