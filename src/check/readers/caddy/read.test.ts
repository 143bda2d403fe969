import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Disk } from '../../disk.ts'
import type { Directive } from '../directive.ts'
import { readCaddy } from './read.ts'

function read(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'caddy-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const disk = new Disk(folder)
  return { caddy: readCaddy(disk, folder, { variables: new Map(Object.entries(variables)) }), disk, folder }
}

function words(directives: readonly Directive[] | undefined): unknown {
  return directives?.map(({ name, args, block }) => {
    const line = [name, ...args.map(({ value }) => value)]
    return block === undefined ? line : [...line, words(block)]
  })
}

test('reads options, sites with several addresses, matchers and nested blocks', (t) => {
  const { caddy, disk } = read(t, {
    Caddyfile: `{
  email admin@example.org
}
app.example.org, www.example.org,
old.example.org {
  @blocked {
    remote_ip 10.0.0.0/8
  }
  abort @blocked
  # a comment
  handle /api/* {
    reverse_proxy api:5010
  }
}
http://plain.example.org {
  respond "it's \\"here\\" { }" 200
}
`,
  })
  assert.deepEqual(disk.problems, [])
  assert.deepEqual(words(caddy[0]?.options), [['email', 'admin@example.org']])
  assert.deepEqual(
    caddy[0]?.sites.map(({ addresses }) => addresses.map(({ value }) => value)),
    [['app.example.org', 'www.example.org', 'old.example.org'], ['http://plain.example.org']],
  )
  assert.deepEqual(words(caddy[0]?.sites[0]?.directives), [
    ['@blocked', [['remote_ip', '10.0.0.0/8']]],
    ['abort', '@blocked'],
    ['handle', '/api/*', [['reverse_proxy', 'api:5010']]],
  ])
  assert.deepEqual(words(caddy[0]?.sites[1]?.directives), [['respond', 'it\'s "here" { }', '200']])
  assert.equal(caddy[0]?.sites[0]?.openLine, 5)
  assert.deepEqual(caddy[0]?.sites[0]?.directives[2]?.block?.[0]?.at, { file: 'Caddyfile', line: 12, column: 5 })
})

test('reads a file that is one site without braces', (t) => {
  const { caddy } = read(t, { Caddyfile: 'example.org\n\nreverse_proxy app:3000 {\n  header_up Host {host}\n}\n' })
  assert.equal(caddy[0]?.sites[0]?.addresses[0]?.value, 'example.org')
  assert.deepEqual(words(caddy[0]?.sites[0]?.directives), [
    ['reverse_proxy', 'app:3000', [['header_up', 'Host', '{host}']]],
  ])
})

test('fills in variables and their defaults, and places still point at the file as written', (t) => {
  const { caddy } = read(
    t,
    { Caddyfile: '{$SITE:"http://inventree.localhost"} {\n  reverse_proxy {$SERVER:app:8000} {$NOT_KNOWN}\n}\n' },
    { SITE: 'https://parts.example.org' },
  )
  const site = caddy[0]?.sites[0]
  assert.equal(site?.addresses[0]?.value, 'https://parts.example.org')
  const proxy = site?.directives[0]
  assert.deepEqual(
    proxy?.args.map(({ value, at }) => [value, at.line, at.column]),
    [
      ['app:8000', 2, 17],
      ['{$NOT_KNOWN}', 2, 36],
    ],
  )
  assert.deepEqual(proxy?.lines, { first: 2, last: 2, indent: '  ' })
})

test('puts in snippets with arguments, and files by name and pattern', (t) => {
  const { caddy, disk } = read(t, {
    Caddyfile: `(proxy) {
  reverse_proxy {args[0]}:{args.1} {
    {block}
  }
}
import sites/*.caddy
app.example.org {
  import blocked_ips.caddyfile
  import proxy app 3000 {
    flush_interval -1
  }
}
`,
    'blocked_ips.caddyfile': '@blocked remote_ip 1.2.3.4\nabort @blocked\n',
    'sites/other.caddy': 'other.example.org {\n  import proxy other 80\n}\n',
  })
  assert.deepEqual(disk.problems, [])
  assert.equal(caddy.length, 1)
  assert.deepEqual(
    caddy[0]?.sites.map(({ directives }) => words(directives)),
    [
      [['reverse_proxy', 'other:80', []]],
      [
        ['@blocked', 'remote_ip', '1.2.3.4'],
        ['abort', '@blocked'],
        ['reverse_proxy', 'app:3000', [['flush_interval', '-1']]],
      ],
    ],
  )
  assert.equal(caddy[0]?.sites[1]?.directives[0]?.at.file, 'blocked_ips.caddyfile')
})

test('reads backticks, heredocs and lines that go on after a backslash', (t) => {
  const { caddy, disk } = read(t, {
    Caddyfile:
      'a.example {\n  header X `{"a": "b"}`\n  respond <<HTML\n    <p>\n      x }\n    HTML 200\n  header Y \\\n    z\n}\n',
  })
  assert.deepEqual(disk.problems, [])
  assert.deepEqual(words(caddy[0]?.sites[0]?.directives), [
    ['header', 'X', '{"a": "b"}'],
    ['respond', '<p>\n  x }', '200'],
    ['header', 'Y', 'z'],
  ])
})

test('ends loops of imports with a problem', (t) => {
  const { disk } = read(t, {
    Caddyfile: '(a) {\n  import b\n}\n(b) {\n  import a\n}\nx.example {\n  import a\n  import self.caddy\n}\n',
    'self.caddy': 'import self.caddy\n',
  })
  assert.deepEqual(
    disk.problems.map(({ at, message }) => `${at.file}:${at.line} ${message}`),
    ['Caddyfile:5 this import leads back to itself: a', 'self.caddy:1 this import leads back to itself: self.caddy'],
  )
})

test('stops at snippets that import each other by the million', (t) => {
  const snippets = Array.from({ length: 19 }, (_, i) => `(s${i}) {\n${`  import s${i + 1}\n`.repeat(10)}}\n`)
  const { disk } = read(t, { Caddyfile: `${snippets.join('')}(s19) {\n  log\n}\nx.example {\n  import s0\n}\n` })
  assert.match(disk.problems[0]?.message ?? '', /more than 20000 directives/)
})

test('says where a broken file is broken and keeps what is readable', (t) => {
  const { caddy, disk } = read(t, {
    Caddyfile: 'a.example {\n  log\n}\nb.example {\n  respond "no end\n}\n',
    'sites/deep.caddy': 'x {\n'.repeat(100_000),
    'sites/missing.caddy': 'c.example {\n  import nowhere.caddy\n}\n',
  })
  assert.deepEqual(
    disk.problems.map(({ at, message }) => `${at.file}:${at.line} ${message}`),
    [
      'Caddyfile:5 the " is never closed',
      'sites/deep.caddy:51 more than 50 blocks in each other',
      'sites/missing.caddy:2 sites/nowhere.caddy: it is not there',
    ],
  )
  assert.equal(caddy[0]?.sites.length, 2)
})
