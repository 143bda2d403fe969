import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { ConfigError, loadConfig, parseConfig } from './load.ts'
import { toPolicy } from './to-policy.ts'

const GOOD = `portal: https://auth.example.org
sites:
  - host: app.example.org
    routes: [{ upstream: http://127.0.0.1:3000 }]
    access: [{ allow: signed-in }]
`

function problems(text: string) {
  try {
    parseConfig(text, 'castellan.yaml')
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

test('the shortest file has safe defaults', () => {
  const { config } = parseConfig(GOOD, 'castellan.yaml')
  assert.equal(config.tls.issuer, 'internal')
  assert.deepEqual(config.http, [])
  assert.deepEqual(config.network, { 'trusted-proxies': [], deny: [], allow: [] })
  assert.deepEqual(config.sites[0]!.limits.rate, { count: 100, perMs: 1_000 })
  assert.ok(Object.isFrozen(config.sites[0]!.routes))
})

test('a site without rules lets nobody in, and the portal is the last site of the policy', () => {
  const policy = toPolicy(parseConfig(GOOD.replace('    access: [{ allow: signed-in }]\n', ''), 'castellan.yaml'))
  assert.deepEqual(policy.sites[0]!.access, [])
  assert.deepEqual(policy.sites.at(-1)!.host, 'auth.example.org')
  assert.deepEqual(policy.origins, ['https://app.example.org', 'https://auth.example.org'])
})

/** What is written wrong, where it must be said, and what the message must hold. */
const BAD: readonly (readonly [change: (good: string) => string, line: number, message: RegExp])[] = [
  [(good) => good.replace('allow: signed-in', 'allow: {}'), 5, /name role or from/],
  [(good) => good.replace('portal:', 'portall:'), 1, /unknown key "portall"; allowed: portal, listen/],
  [(good) => good.replace('https://auth.example.org', 'auth.example.org'), 1, /found "auth\.example\.org"/],
  [(good) => good.replace('app.example.org', 'app.example.org.'), 3, /found "app\.example\.org\."/],
  [(good) => good.replace('app.example.org', 'auth.example.org'), 3, /is the host of the portal already/],
  [(good) => good.replace('http://127.0.0.1:3000', 'ftp://127.0.0.1'), 4, /found "ftp:\/\/127\.0\.0\.1"/],
  [(good) => good.replace('allow: signed-in', 'allow: everybody'), 5, /"public"\|"signed-in"\|"nobody"/],
  [
    (good) => good.replace('allow: signed-in', 'allow: { rolle: admin }'),
    5,
    /unknown key "rolle"; allowed: role, from/,
  ],
  [(good) => good.replace('allow: signed-in', 'allow: { from: [10.0.0.1/8] }'), 5, /10\.0\.0\.1\/8/],
  [(good) => good.replace('allow: signed-in', 'methods: [get], allow: public'), 5, /upper-case/],
  [(good) => `${good}    limits: { rate: fast }\n`, 6, /found "fast"/],
  [(good) => `${good}    limits: { body: 10 parsecs }\n`, 6, /10 parsecs/],
  [(good) => `${good}http-mode: serve\n`, 6, /trusted-proxies/],
  [(good) => `${good}tls: { issuer: acme, email: a@example.org }\n`, 6, /acme needs `http`/],
  [(good) => `${good}listen: nonsense\n`, 6, /found "nonsense"; allowed: HOST:PORT/],
  [(good) => `${good}portal: https://other.example.org\n`, 6, /unique/i],
  [() => 'sites: [', 1, /./],
  [() => '', 1, /portal|expected/i],
]

test('what is wrong is said with file, line, column, what was found and what is allowed', () => {
  for (const [change, line, message] of BAD) {
    const found = problems(change(GOOD))
    const told = found.map((problem) => `${problem.line}: ${problem.key}: ${problem.message}`).join('\n')
    assert.ok(found.length > 0, change(GOOD))
    assert.ok(
      found.some((problem) => problem.line === line && message.test(problem.message)),
      `${message} in line ${line}, but:\n${told}`,
    )
    assert.ok(found.every((problem) => problem.file === 'castellan.yaml' && problem.column >= 1))
  }
})

test('an alias bomb is refused', () => {
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefghij'.split('').map((name, index) => `${name}: &${name} [*${'abcdefghi'[index]}, *${'abcdefghi'[index]}]`),
  ]
  assert.throws(() => parseConfig(bomb.join('\n'), 'castellan.yaml'))
})

test('paths of files are taken from the folder of castellan.yaml, wherever a command is started', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-config-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'castellan.yaml')
  const load = (text: string) => {
    writeFileSync(file, text)
    return loadConfig(relative(process.cwd(), file)).config
  }
  assert.deepEqual(load(`${GOOD}tls: { issuer: files, cert: tls/cert.pem, key: /etc/key.pem }\n`).tls, {
    issuer: 'files',
    cert: join(folder, 'tls/cert.pem'),
    key: '/etc/key.pem',
  })
  const acme = load(`${GOOD}http: ":80"\ntls: { issuer: acme, email: a@example.org, ca: ../ca.pem }\n`).tls
  assert.equal(acme.issuer === 'acme' && acme.ca, join(tmpdir(), 'ca.pem'))

  const upstream = GOOD.replace('http://127.0.0.1:3000', 'https://127.0.0.1:3000, ca: upstream.pem')
  assert.throws(() => load(upstream), {
    code: 'config.invalid',
    message: new RegExp(`:4:\\d+ sites\\[0\\]\\.routes\\[0\\]\\.ca: .*${join(folder, 'upstream.pem')} can't be read`),
  })
  writeFileSync(join(folder, 'upstream.pem'), 'the text of a certificate')
  assert.equal(load(upstream).sites[0]!.routes[0]!.ca, 'the text of a certificate')
})
