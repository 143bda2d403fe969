import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Gate, startUp } from '../helpers/gate.ts'
import { edgesOf } from '../helpers/processes.ts'
import { openSocket } from '../helpers/raw-client.ts'
import { ask, calm, configuration, until } from './support.ts'
import { startUpstream } from './upstream.ts'

/** Milliseconds until the other side closes; Infinity when it does not within `limit`. */
function closedAfter(socket: Socket, limit: number): Promise<number> {
  const began = performance.now()
  const { promise, resolve } = Promise.withResolvers<number>()
  const timer = setTimeout(() => resolve(Number.POSITIVE_INFINITY), limit)
  socket.on('error', () => undefined).resume()
  socket.once('close', () => {
    clearTimeout(timer)
    resolve(performance.now() - began)
  })
  return promise
}

/** Writes one piece after the other with a pause, until the connection is gone. */
async function drip(socket: Socket, pieces: Iterable<string>, pauseMs: number): Promise<void> {
  for (const piece of pieces) {
    if (!socket.writable) return
    socket.write(piece)
    await sleep(pauseMs)
  }
}

const SHORT = 'timeouts: { headers: 1s, body: 1s, idle: 3s }'
const head = (port: number) => `POST /up HTTP/1.1\r\nhost: app.localhost:${port}\r\n`

test('clients that take too long for a head or a body are let go, while others are served', {
  timeout: 90_000,
}, async (t) => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin, { top: SHORT }))
  await calm(gate)
  const { port } = gate
  const tls = { port, serverName: 'app.localhost' }
  const endless = function* (piece: string): Generator<string> {
    for (let index = 0; index < 1_000; index++) yield piece
  }
  const SLOW: Readonly<Record<string, () => Promise<Socket>>> = {
    'no TLS handshake': async () => openSocket({ port, serverName: null }),
    'half a TLS handshake': async () => {
      const socket = await openSocket({ port, serverName: null })
      socket.write(Buffer.from([22, 3, 1, 2, 0, 1]))
      return socket
    },
    'nothing after the handshake': () => openSocket(tls),
    'half a head': async () => {
      const socket = await openSocket(tls)
      socket.write(head(port))
      return socket
    },
    'a head in drops': async () => {
      const socket = await openSocket(tls)
      socket.write(head(port))
      void drip(socket, endless('x-a: b\r\n'), 150)
      return socket
    },
    'half a body': async () => {
      const socket = await openSocket(tls)
      socket.write(`${head(port)}content-length: 1000\r\n\r\nbegin`)
      return socket
    },
    'half a chunk': async () => {
      const socket = await openSocket(tls)
      socket.write(`${head(port)}transfer-encoding: chunked\r\n\r\n400\r\nbegin`)
      return socket
    },
    'HTTP/2 and then nothing': async () => {
      const socket = await openSocket({ ...tls, alpn: 'h2' })
      socket.write(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0`, 'latin1')
      return socket
    },
    'HTTP/2 with headers that never end': async () => {
      const socket = await openSocket({ ...tls, alpn: 'h2' })
      socket.write(
        `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0\0\0\u0001\u0001\0\0\0\0\u0001\u0082`,
        'latin1',
      )
      return socket
    },
  }
  const told: string[] = []
  await Promise.all(
    Object.entries(SLOW).map(async ([name, open]) => {
      const times = await Promise.all(Array.from({ length: 20 }, async () => closedAfter(await open(), 12_000)))
      told.push(`${name} ${Math.max(...times).toFixed(0)} ms`)
      assert.ok(Math.max(...times) < 10_000, `${name}: not closed after ${Math.max(...times)} ms`)
    }),
  )
  assert.equal((await ask(gate)).status, 200)
  t.diagnostic(`20 clients of each kind, the slowest was let go after: ${told.join('; ')}`)
})

test('a slow but steady body is taken, and an application may think longer than a client may pause', {
  timeout: 60_000,
}, async () => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin, { top: SHORT }))
  const { port } = gate
  const socket = await openSocket({ port, serverName: 'app.localhost' })
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString()
  })
  socket.write(`${head(port)}content-length: 8\r\n\r\n`)
  await drip(socket, 'steadily', 400)
  await until('the answer', 10_000, () => answer.endsWith('\r\n8') || answer.includes('\r\n8\r\n'))
  socket.destroy()

  assert.equal(
    (await ask(gate, { method: 'POST', path: '/slow?ms=2500', body: 'x'.repeat(100_000) })).body,
    'first last',
  )

  const session = connectHttp2(`https://127.0.0.1:${port}`, { servername: 'app.localhost', rejectUnauthorized: false })
  const stream = session.request({ ':method': 'POST', ':path': '/slow?ms=2500', ':authority': `app.localhost:${port}` })
  stream.end('x'.repeat(100_000))
  let body = ''
  for await (const chunk of stream) body += String(chunk)
  session.close()
  assert.equal(body, 'first last')
})

/** So many as the limit on open files of this process allows, with some left for it. */
const openFiles = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1_024)
const IDLE = Math.min(10_000, openFiles - 1_000)
/** The rest speaks plain HTTP: a handshake takes this test as long as the edge. */
const IDLE_TLS = Math.min(2_000, IDLE)

/** Opens a connection, has one request answered on it, and leaves it idle. */
async function idleConnection(gate: Gate & { http: number }, index: number): Promise<Socket> {
  const from = `127.2.${index % 200}.1`
  const secure = index < IDLE_TLS
  const socket = secure
    ? await openSocket({ port: gate.port, serverName: 'app.localhost', from })
    : connect({ port: gate.http, host: '127.0.0.1', localAddress: from })
  const answered = new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve())
    socket.once('close', () => reject(new Error('closed')))
  })
  socket.on('error', () => undefined)
  socket.write(`GET / HTTP/1.1\r\nhost: app.localhost:${secure ? gate.port : gate.http}\r\n\r\n`)
  await answered
  return socket
}

interface Cost {
  /** Seconds of processor time so far. */
  readonly cpu: number
  /** Proportional memory, MB. */
  readonly memory: number
}

function costOf(gate: Gate): Cost {
  const each = edgesOf(gate.process.pid!).map((pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const pss = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))![1])
    return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, memory: pss / 1_024 }
  })
  return { cpu: each.reduce((sum, { cpu }) => sum + cpu, 0), memory: each.reduce((sum, { memory }) => sum + memory, 0) }
}

async function medianLatency(gate: Gate): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < 60; index++) {
    const began = performance.now()
    assert.equal((await ask(gate)).status, 200)
    times.push(performance.now() - began)
  }
  return times.sort((one, other) => one - other)[30]!
}

test('ten thousand idle connections cost memory and nothing else', { timeout: 180_000 }, async (t) => {
  await using upstream = await startUpstream()
  const top = 'http: ["127.0.0.1:HTTP"]\ntimeouts: { idle: 10m }'
  await using gate = await startUp(configuration(upstream.origin, { top }))
  await calm(gate)
  const alone = await medianLatency(gate)
  const before = costOf(gate)
  const sockets: Socket[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (next < IDLE) sockets.push(await idleConnection(gate, next++))
    }),
  )
  try {
    const open = costOf(gate)
    await sleep(5_000)
    const idle = costOf(gate)
    const busy = (idle.cpu - open.cpu) / 5
    const among = await medianLatency(gate)
    assert.equal(sockets.filter((socket) => socket.readyState === 'open').length, IDLE, 'connections were closed')
    t.diagnostic(
      `${IDLE} idle connections${IDLE < 10_000 ? ` (the limit on open files is ${openFiles})` : ''}, ${IDLE_TLS} of them TLS: ` +
        `${(((open.memory - before.memory) / IDLE) * 1_024).toFixed(1)} KB each, ${(busy * 100).toFixed(1)}% of a core, ` +
        `median latency of others ${alone.toFixed(1)} ms alone, ${among.toFixed(1)} ms among them`,
    )
    assert.ok(busy < 0.5, `both edges use ${(busy * 100).toFixed(0)}% of a core while nothing happens`)
    assert.ok(among < 3 * alone + 20, `median latency ${among.toFixed(1)} ms against ${alone.toFixed(1)} ms`)
    assert.ok(open.memory - before.memory < 1_200)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
})
