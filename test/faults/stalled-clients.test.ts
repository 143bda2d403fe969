import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { foldersOf } from '../../src/supervisor/folders.ts'
import { type Gate, startUp } from '../helpers/gate.ts'
import { openSocket } from '../helpers/raw-client.ts'
import { ask, configuration, until } from './support.ts'
import { startRawUpstream, type Upstream } from './upstream.ts'

const SHORT = 'timeouts: { write: 2s, idle: 3s }'
/** More than kernels and processes between here and there hold back. */
const LARGE = 64 * 1_048_576
const SMALL = 100_000
const PIECE = Buffer.alloc(65_536, 'x')

/** Answers with `/<bytes>` of body; a WebSocket is sent 64 MB. */
const startLargeUpstream = () =>
  startRawUpstream((socket, target) => {
    const size = Number(target.slice(1))
    if (target === '/socket') {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
      send(socket, LARGE)
    } else {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`)
      send(socket, size)
    }
  })

/** As fast as it is taken. */
function send(socket: Socket, size: number): void {
  let sent = 0
  const more = () => {
    let room = true
    while (room && sent < size && !socket.destroyed) {
      const piece = PIECE.subarray(0, Math.min(PIECE.length, size - sent))
      sent += piece.length
      room = socket.write(piece)
    }
    if (sent >= size) socket.off('drain', more)
  }
  socket.on('drain', more)
  more()
}

/** Lines of the access log about exchanges that were broken off. */
function failuresIn(gate: Gate): string[] {
  const { log } = foldersOf(gate.data)
  const text = readdirSync(log)
    .map((name) => readFileSync(join(log, name), 'utf8'))
    .join('')
  return text
    .split('\n')
    .filter((line) => line.includes('"failure"'))
    .map((line): { protocol: string; target: string; failure: string } => JSON.parse(line))
    .map(({ protocol, target, failure }) => `${protocol} ${target} ${failure}`)
}

const get = (gate: Gate, target: string, more = '') =>
  `GET ${target} HTTP/1.1\r\nhost: app.localhost:${gate.port}\r\n${more}\r\n`
const HANDSHAKE =
  'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: Y2FzdGVsbGFuIHByb2JlIQ==\r\n'

/** Reads the head of the answer and not a byte more. */
async function stall(socket: Socket): Promise<void> {
  await once(socket, 'readable')
  socket.read(1)
}

/** Asks over HTTP/1.1, reads the head of the answer and then nothing. */
async function stallHttp1(gate: Gate, target: string, more = ''): Promise<Socket> {
  const socket = await openSocket({ port: gate.port, serverName: 'app.localhost' })
  socket.on('error', () => undefined)
  socket.write(get(gate, target, more))
  await stall(socket)
  return socket
}

/** Has its connection and the upstream's freed, and the log tells why. */
async function expectFreed(gate: Gate, upstream: Upstream, what: string): Promise<number> {
  const began = performance.now()
  assert.ok(upstream.connections() > 0)
  await until('the connection of the upstream is freed', 8_000, () => upstream.connections() === 0)
  const took = performance.now() - began
  assert.ok(took > 1_500, `freed after ${took} ms, before the deadline`)
  await until(`a line of the log: ${what}`, 3_000, () => failuresIn(gate).includes(`${what} ${TOLD}`))
  return took
}

const TOLD = 'the client took nothing of the answer for 2000 ms'

test('a client that stops reading its answer is let go, and the connection of the upstream is freed', {
  timeout: 45_000,
}, async (t) => {
  await using upstream = await startLargeUpstream()
  await using gate = await startUp(configuration(upstream.origin, { top: SHORT }))

  await t.test('over HTTP/1.1', async () => {
    const socket = await stallHttp1(gate, `/${LARGE}`)
    await expectFreed(gate, upstream, `http/1.1 /${LARGE}`)
    socket.resume()
    await once(socket, 'close')
  })

  await t.test('over HTTP/2, on a stream alone', async () => {
    const session = connectHttp2(`https://127.0.0.1:${gate.port}`, {
      servername: 'app.localhost',
      rejectUnauthorized: false,
    })
    // The stream's window shuts, and that of the connection stays open.
    session.once('connect', () => session.setLocalWindowSize(1_048_576))
    const request = (path: string) => session.request({ ':path': path, ':authority': `app.localhost:${gate.port}` })
    const stalled = request(`/${LARGE}`)
    stalled.on('error', () => undefined)
    await once(stalled, 'response')
    await expectFreed(gate, upstream, `h2 /${LARGE}`)
    await until('the end of the stream', 3_000, () => stalled.closed)
    assert.notEqual(stalled.rstCode, 0)
    // Others on the same connection are served.
    let bytes = 0
    for await (const chunk of request(`/${SMALL}`)) bytes += (chunk as Buffer).length
    assert.equal(bytes, SMALL)
    session.close()
  })

  await t.test('over HTTP/2 by a window that stays shut, when the upstream was done long ago', async () => {
    const session = connectHttp2(`https://127.0.0.1:${gate.port}`, {
      servername: 'app.localhost',
      rejectUnauthorized: false,
      settings: { initialWindowSize: 0 },
    })
    const shut = session.request({ ':path': '/50000', ':authority': `app.localhost:${gate.port}` })
    const closed = once(shut, 'close').catch(() => undefined)
    shut.on('error', () => undefined)
    await once(shut, 'response')
    await closed
    assert.notEqual(shut.rstCode, 0)
    await until('a line of the log', 3_000, () => failuresIn(gate).includes(`h2 /50000 ${TOLD}`))
    session.destroy()
  })

  await t.test('over WebSocket', async () => {
    const socket = await stallHttp1(gate, '/socket', HANDSHAKE)
    await expectFreed(gate, upstream, 'websocket /socket')
    socket.destroy()
  })
})

test('what a client asks for with a handshake and does not take waits at the application, not in memory', {
  timeout: 45_000,
}, async () => {
  let sender: Socket | undefined
  await using upstream = await startRawUpstream((socket) => {
    sender = socket
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${LARGE}\r\n\r\n`)
    send(socket, LARGE)
  })
  await using gate = await startUp(configuration(upstream.origin, { top: SHORT }))
  const socket = await stallHttp1(gate, '/page', HANDSHAKE)
  await sleep(1_000)
  const sent = sender!.bytesWritten
  assert.ok(sent < LARGE / 2, `${sent} bytes have left the application`)
  await until('the connection of the upstream is freed', 8_000, () => upstream.connections() === 0)
  await until('a line of the log', 3_000, () => failuresIn(gate).includes(`websocket /page ${TOLD}`))
  socket.destroy()
})

test('a client that reads slowly gets all of its answer, and one whose upstream is silent waits', {
  timeout: 60_000,
}, async () => {
  await using upstream = await startRawUpstream((socket, target) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${target === '/silent' ? 4 : LARGE}\r\n\r\n`)
    if (target === '/silent') setTimeout(() => socket.write('done'), 4_000)
    else send(socket, LARGE)
  })
  await using gate = await startUp(configuration(upstream.origin, { top: SHORT }))
  const silent = ask(gate, { path: '/silent' })
  const socket = await openSocket({ port: gate.port, serverName: 'app.localhost' })
  socket.write(get(gate, '/steady', 'connection: close\r\n'))
  let bytes = 0
  // Eight seconds in all, four times the deadline.
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes % (LARGE / 80) > chunk.length) return
    socket.pause()
    void sleep(100).then(() => socket.resume())
  })
  await once(socket, 'end')
  assert.ok(bytes > LARGE, `${bytes} bytes`)
  assert.equal((await silent).body, 'done')
  assert.ok(!failuresIn(gate).some((line) => line.endsWith(TOLD)))
})
