import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { freePort, type Gate, runCastellan, startGate, startUp } from '../helpers/gate.ts'

const PASSWORD = 'tulip-anvil-copper-meadow-71'
let upstream: Server
let url = ''
let gate: Gate

before(async () => {
  upstream = createServer((_request, response) => response.end('hello'))
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(upstream.address() as { port: number }).port}`
  gate = await startGate({ upstream: url })
})

after(async () => {
  await gate[Symbol.asyncDispose]()
  upstream.close()
})

async function json<T>(args: readonly string[], code = 0): Promise<T> {
  const result = await gate.cli([...args, '--json'])
  assert.equal(result.code, code, `${args.join(' ')}: ${result.stderr}`)
  return JSON.parse(result.stdout) as T
}

test('guard says in one line of JSON where everything is', () => {
  assert.equal(gate.app, `https://app.localhost:${gate.port}`)
  assert.equal(gate.portal, `https://auth.localhost:${gate.port}`)
  assert.match(gate.setup ?? '', /^https:\/\/auth\.localhost:\d+\/setup\?secret=[\w-]{43}$/)
  assert.ok(gate.ca?.endsWith('.pem'))
})

test('guard on a busy port names who holds it', async () => {
  const { port } = upstream.address() as { port: number }
  const folder = mkdtempSync(join(tmpdir(), 'castellan-'))
  const { code, stderr } = await runCastellan(['guard', url, '--listen', `127.0.0.1:${port}`, '--data', folder])
  assert.notEqual(code, 0)
  assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port} is in use by .*\\(process ${process.pid}\\)`))
})

test('guard says what is wrong with its arguments', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-'))
  for (const [args, complaint] of [
    [['guard', 'ftp://x'], /UPSTREAM/],
    [['guard', url, '--listen', 'nonsense'], /--listen: found "nonsense"; allowed: HOST:PORT/],
    [['guard', url, '--access', 'everybody'], /Allowed choices are signed-in, public/],
    [['guard'], /missing required argument/],
  ] as const) {
    const { code, stderr } = await runCastellan([...args, '--data', folder])
    assert.notEqual(code, 0, args.join(' '))
    assert.match(stderr, complaint)
  }
})

describe('people and sessions', () => {
  test('are added and listed', async () => {
    const added = await gate.cli(
      ['user', 'add', 'ann@example.org', '--role', 'admin', '--password-stdin', '--json'],
      `${PASSWORD}\n`,
    )
    assert.equal(added.code, 0, added.stderr)
    const users = await json<{ email: string; roles: string[] }[]>(['user', 'list'])
    assert.deepEqual(
      users.map(({ email, roles }) => [email, roles]),
      [['ann@example.org', ['admin']]],
    )
    assert.ok(!added.stdout.includes(PASSWORD))
  })

  test('a weak password and a second account of one address are refused with a reason', async () => {
    const weak = await gate.cli(['user', 'add', 'bob@example.org', '--password-stdin'], 'password1234\n')
    assert.equal(weak.code, 2)
    assert.match(weak.stderr, /password/i)
    const twice = await gate.cli(['user', 'add', 'ANN@example.org', '--password-stdin'], `${PASSWORD}\n`)
    assert.equal(twice.code, 2)
  })

  test('a session that is not there can not be revoked, and one must be named', async () => {
    assert.deepEqual(await json(['session', 'list']), [])
    assert.equal((await gate.cli(['session', 'revoke', 'nobody'])).code, 2)
    assert.match((await gate.cli(['session', 'revoke'])).stderr, /Name one session, or --all/)
    assert.deepEqual(await json(['session', 'revoke', '--all']), { ended: [] })
  })
})

describe('prove', () => {
  test('looks through the front door and ends with 0 when nothing is broken', async () => {
    const { proofs, summary } = await json<{ proofs: Record<string, unknown>[]; summary: Record<string, number> }>([
      'prove',
    ])
    assert.ok(summary['holds']! >= 15, JSON.stringify(summary))
    assert.equal(summary['broken'], 0)
    for (const proof of proofs) {
      assert.deepEqual(Object.keys(proof).sort(), ['at', 'control', 'expected', 'observed', 'paths', 'state'])
      assert.ok(Math.abs(Date.parse(String(proof['at'])) - Date.now()) < 60_000)
    }
  })

  test('ends with 2 when nothing runs', async () => {
    const { code, stderr } = await runCastellan(['prove', '--data', mkdtempSync(join(tmpdir(), 'castellan-'))])
    assert.equal(code, 2)
    assert.match(stderr, /is not running with the data folder/)
  })
})

describe('explain', () => {
  interface Explained {
    readonly verdict: string
    readonly reason: { readonly id: string } | null
    readonly rule: string
    readonly checks: readonly { guard: string; passed: boolean }[]
  }

  test('says who may, by which rule, and every check on the way', async () => {
    const stranger = await json<Explained>(['explain', 'GET', `${gate.app}/admin`])
    assert.equal(stranger.verdict, 'deny')
    assert.equal(stranger.reason?.id, 'access.sign-in')
    assert.deepEqual(stranger.checks.at(-1), { guard: 'access', passed: false })
    const ann = await json<Explained>([
      'explain',
      'GET',
      `${gate.app}/admin`,
      '--as',
      'ann@example.org',
      '--from',
      '203.0.113.9',
    ])
    assert.equal(ann.verdict, 'allow')
    assert.match(ann.rule, /sites\[0\]\.access\[0\]/)
  })

  test('tells an ambiguous path, an unknown person and an unknown number', async () => {
    const dots = await json<Explained>(['explain', 'GET', `${gate.app}/a/..%2fadmin`])
    assert.equal(dots.reason?.id, 'request-form.target')
    assert.equal((await gate.cli(['explain', 'GET', gate.app, '--as', 'nobody@example.org'])).code, 2)
    assert.equal((await gate.cli(['explain', 'mi4k2x7q-f3ka-1z'])).code, 2)
  })
})

describe('the audit log', () => {
  test('is shown, exported and verified on its files alone', async () => {
    const exported = (await gate.cli(['audit', 'export'])).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.ok(exported.some(({ event }) => event === 'accounts.added'))
    const tail = (await gate.cli(['audit', 'tail', '-n', '3', '--json'])).stdout.trim().split('\n')
    assert.equal(tail.length, 3)
    const verified = await json<{ state: string; size: number }>(['audit', 'verify'])
    assert.equal(verified.state, 'unknown', 'without a checkpoint from elsewhere a roll-back is not seen')
    assert.ok(verified.size >= exported.length)
  })
})

describe('castellan.yaml', () => {
  const good = `portal: https://auth.localhost:PORT
listen: 127.0.0.1:PORT
sites:
  - host: app.localhost
    routes: [{ path: /, upstream: UPSTREAM }]
    access:
      - { path: /admin, allow: { role: admin } }
      - { allow: public }
`

  test('a bad file is refused with file, line, column, what was found and what is allowed', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'castellan-')), 'castellan.yaml')
    writeFileSync(
      file,
      good
        .replaceAll('PORT', '8443')
        .replace('UPSTREAM', 'http://127.0.0.1:1')
        .replace('allow: public', 'alow: public'),
    )
    const bad = await runCastellan(['config', 'check', file, '--json'])
    assert.equal(bad.code, 1)
    const { problems } = JSON.parse(bad.stdout)
    assert.equal(problems[0].line, 8)
    assert.match(
      problems.map(({ message }: { message: string }) => message).join(' '),
      /unknown key "alow"; allowed: path, methods, parameters, allow/,
    )
    writeFileSync(file, good.replaceAll('PORT', '8443').replace('UPSTREAM', 'http://127.0.0.1:1'))
    assert.equal((await runCastellan(['config', 'check', file])).code, 0)
  })

  test('has a JSON Schema', async () => {
    const schema = JSON.parse((await runCastellan(['config', 'schema'])).stdout)
    assert.equal(schema.additionalProperties, false)
    assert.ok(schema.properties.sites)
  })

  test('is applied by reload, kept when the new one is bad, and explained under the policy of its moment', async () => {
    await using installation = await startUp(good.replace('UPSTREAM', url))
    const ask = () => installation.cli(['explain', 'GET', `${installation.app}/`, '--json'])
    assert.equal(JSON.parse((await ask()).stdout).verdict, 'allow')
    const text = good.replaceAll('PORT', String(installation.port)).replace('UPSTREAM', url)
    writeFileSync(installation.file, text.replace('allow: public', 'allow: nobody'))
    assert.equal((await installation.cli(['reload'])).code, 0)
    assert.equal(JSON.parse((await ask()).stdout).reason.id, 'access.nobody')
    writeFileSync(installation.file, text.replace('sites:', 'site:'))
    const refused = await installation.cli(['reload'])
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /castellan\.yaml:\d+:\d+/)
    assert.equal(JSON.parse((await ask()).stdout).reason.id, 'access.nobody')
  })
})

test('a second start with the same data folder is refused', async () => {
  const { code, stderr } = await runCastellan([
    'guard',
    url,
    '--listen',
    `127.0.0.1:${await freePort()}`,
    '--data',
    gate.data,
  ])
  assert.notEqual(code, 0)
  assert.match(stderr, /runs already with the data folder/)
})

test('completion is made from the commands', async () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    assert.match((await runCastellan(['completion', shell])).stdout, /revoke/)
  assert.equal((await runCastellan(['completion', 'tcsh'])).code, 2)
})
