import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, type Gate, startUp } from '../helpers/gate.ts'
import { edgesOf } from '../helpers/processes.ts'
import { type Answer, ask, calm, configuration, load, until } from './support.ts'
import { startRawUpstream } from './upstream.ts'

/** What an application does wrong before its answer has begun: the client must see a page of the gate. */
const BEFORE: Readonly<Record<string, (socket: Socket) => void>> = {
  hang: () => undefined,
  close: (socket) => socket.end(),
  reset: (socket) => socket.resetAndDestroy(),
  'half a head': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'),
  'a head that hangs': (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-le'),
  'a head of 200 KB': (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(200_000)}\r\n\r\n`),
  'no HTTP': (socket) => socket.end('220 mail.example.org ESMTP\r\n'),
  noise: (socket) => socket.end(Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 7_919) & 255))),
  'a status that is none': (socket) => socket.end('HTTP/1.1 99 Low\r\ncontent-length: 0\r\n\r\n'),
  'two lengths': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!'),
  'a length and chunks': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
  'a switch that nobody asked for': (socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
}

/** What it does wrong after that: the client must see that the answer is not whole. */
const MIDWAY: Readonly<Record<string, (socket: Socket) => void>> = {
  'a reset midway': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nbegin', () =>
      setTimeout(() => socket.resetAndDestroy(), 20),
    ),
  'less than its length': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nbegin'),
  'chunks without an end': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nbegin\r\n'),
  'a chunk of no size': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nbegin\r\nzz\r\n'),
}

const LIES: Readonly<Record<string, (socket: Socket) => void>> = {
  'more than its length': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison'),
  honest: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'),
  'an idle connection closed': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello', () =>
      setTimeout(() => socket.end(), Math.random() * 4),
    ),
}

const MANNERS = Object.entries({ ...BEFORE, ...MIDWAY, ...LIES })
const pathOf = (manner: string) => `/manner-${MANNERS.findIndex(([name]) => name === manner)}`
const TIMES = 20

const startLyingUpstream = () =>
  startRawUpstream((socket, target) => {
    const manner = MANNERS[Number(/manner-(\d+)/.exec(target)?.[1])]?.[1] ?? LIES['honest']!
    manner(socket)
  })

/** Descriptors and sockets that both edges hold. */
function handlesOf(gate: Gate): number {
  return edgesOf(gate.process.pid!).reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0)
}

async function expectPage(gate: Gate, question: Parameters<typeof ask>[1]): Promise<Answer & { id: string }> {
  const answer = await ask(gate, { ...question, headers: { accept: 'text/html' }, limit: 8_000 })
  const id = /<code>([0-9a-z]+-[0-9a-z]+-[0-9a-z]+)<\/code>/.exec(answer.body)?.[1]
  assert.ok(id !== undefined, `no request id in: ${answer.status} ${answer.body.slice(0, 200)}`)
  return { ...answer, id }
}

test('an upstream that fails gets its visitors a page with a request id, and leaves nothing behind', {
  timeout: 180_000,
}, async (t) => {
  await using upstream = await startLyingUpstream()
  const dead = await freePort()
  const yaml = configuration(upstream.origin, { route: ', timeout: 1s' }).replace(
    'routes: [',
    `routes: [{ path: /refused, upstream: "http://127.0.0.1:${dead}" }, `,
  )
  await using gate = await startUp(yaml)
  await calm(gate)
  for (let index = 0; index < 40; index++) await ask(gate)
  await sleep(5_000) // the pool lets idle connections go after 4 s
  const before = handlesOf(gate)
  const edges = edgesOf(gate.process.pid!)
  const logged = new Map<string, string>()

  for (const [name, path] of [...Object.keys(BEFORE).map((name) => [name, pathOf(name)]), ['refused', '/refused']] as [
    string,
    string,
  ][]) {
    const answers = await Promise.all(Array.from({ length: TIMES }, () => expectPage(gate, { path })))
    for (const { status, id } of answers) {
      assert.ok(status === 502 || status === 504, `${name}: ${status}`)
      logged.set(id, name)
    }
    if (name.includes('hang'))
      assert.ok(
        answers.every(({ status }) => status === 504),
        name,
      )
  }
  for (const name of Object.keys(MIDWAY)) {
    const ends = await Promise.allSettled(
      Array.from({ length: TIMES }, () => ask(gate, { path: pathOf(name), limit: 8_000 })),
    )
    for (const end of ends) {
      assert.equal(end.status, 'rejected', `${name} looked whole`)
      assert.doesNotMatch(String(end.reason), /silent/, `${name} hung`)
    }
  }
  const uploads = await Promise.all(
    Array.from({ length: TIMES }, () =>
      expectPage(gate, { method: 'POST', path: pathOf('reset'), body: Buffer.alloc(300_000, 'x') }),
    ),
  )
  assert.ok(uploads.every(({ status }) => status === 502))

  assert.deepEqual(edgesOf(gate.process.pid!), edges, `an edge ended: ${gate.stderr()}`)
  const after = await until('handles are let go', 20_000, () =>
    handlesOf(gate) <= before + 4 ? handlesOf(gate) : undefined,
  )
  await until('connections to the upstream are let go', 10_000, () => upstream.connections() <= 4)
  const log = await until('the log', 5_000, () => {
    const text = readFileSync(join(gate.data, 'log', 'access.jsonl'), 'utf8')
    return [...logged.keys()].every((id) => text.includes(`"${id}"`)) ? text : undefined
  })
  for (const line of log
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as { id: string; failure?: string })) {
    if (logged.has(line.id)) assert.ok(line.failure, `no failure in the log of ${logged.get(line.id)}`)
  }
  const count = (Object.keys(BEFORE).length + 1 + Object.keys(MIDWAY).length + 1) * TIMES
  t.diagnostic(
    `${count} requests to an upstream that fails in ${count / TIMES} ways; handles of both edges: ${before} before, ${after} after`,
  )
})

test('bytes behind the length of an answer reach nobody', { timeout: 60_000 }, async (t) => {
  await using upstream = await startLyingUpstream()
  await using gate = await startUp(configuration(upstream.origin))
  for (let round = 0; round < 50; round++) {
    const [long, honest] = await Promise.all([
      ask(gate, { path: pathOf('more than its length') }),
      ask(gate, { path: pathOf('honest') }),
    ])
    assert.deepEqual([long.body, honest.body], ['hello', 'hello'])
    assert.equal((await ask(gate, { path: pathOf('honest') })).body, 'hello')
  }
  t.diagnostic('150 answers, none had a byte of the 50 that were appended')
})

test('an upstream that closes idle connections just as they are used again costs no request', {
  timeout: 60_000,
}, async (t) => {
  await using upstream = await startLyingUpstream()
  await using gate = await startUp(configuration(upstream.origin))
  await calm(gate)
  await using under = load(gate, 6, { path: pathOf('an idle connection closed') }, 2)
  await until('2,000 answers', 40_000, () => under.met.answered >= 2_000 || under.met.failures.length > 0)
  const { answered, failures } = await under.stop()
  const log = readFileSync(join(gate.data, 'log', 'access.jsonl'), 'utf8').split('\n')
  assert.deepEqual(failures.slice(0, 3), [], log.filter((line) => line.includes('"failure"')).join('\n'))
  t.diagnostic(`${answered} answers over connections that were closed at random moments, none failed`)
})

test('an upstream that leaves a handshake without an answer is late, like one that leaves any request', {
  timeout: 60_000,
}, async () => {
  await using upstream = await startRawUpstream(() => undefined)
  await using gate = await startUp(configuration(upstream.origin, { route: ', timeout: 1s' }))
  const handshake = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'Y2FzdGVsbGFuIHByb2JlIQ==',
  }
  assert.equal((await ask(gate, { headers: handshake })).status, 504)
  assert.equal((await ask(gate)).status, 504)
})
