import assert from 'node:assert/strict'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Gate, startUp } from '../helpers/gate.ts'
import { edgesOf } from '../helpers/processes.ts'
import { openSocket } from '../helpers/raw-client.ts'
import { ask, calm, configuration, until } from './support.ts'
import { startRawUpstream } from './upstream.ts'

/** Connections that an edge opens to an upstream; who comes later waits for one of them. */
const POOL = 1_024
const STREAMS = 128

/** Takes every connection of the pool, with answers that do not come. */
function occupy(gate: Gate): ClientHttp2Session[] {
  return Array.from({ length: POOL / STREAMS }, () => {
    const session = connectHttp2(`https://127.0.0.1:${gate.port}`, {
      servername: 'app.localhost',
      rejectUnauthorized: false,
    })
    session.on('error', () => undefined)
    for (let index = 0; index < STREAMS; index++) {
      const stream = session.request({ ':path': '/hang', ':authority': `app.localhost:${gate.port}` })
      stream.on('error', () => undefined)
    }
    return session
  })
}

/** Begins an upload and vanishes. */
async function breakOff(gate: Gate, framing: string): Promise<void> {
  const socket = await openSocket({ port: gate.port, serverName: 'app.localhost' })
  socket.on('error', () => undefined)
  const host = `app.localhost:${gate.port}`
  socket.write(`POST /upload HTTP/1.1\r\nhost: ${host}\r\norigin: https://${host}\r\n${framing}`)
  await sleep(200)
  socket.destroy()
  await sleep(200)
}

test('a client that breaks off its upload while it waits for the application harms nobody else', {
  timeout: 60_000,
}, async () => {
  await using upstream = await startRawUpstream((socket, target) => {
    if (target !== '/hang') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
  })
  const text = configuration(upstream.origin, { route: ', timeout: 30s' }).replace('edges: 2', 'edges: 1')
  await using gate = await startUp(text)
  await calm(gate, 1)
  const edges = edgesOf(gate.process.pid!)
  const sessions = occupy(gate)
  await until('every connection is taken', 20_000, () => upstream.connections() === POOL)
  for (const framing of ['content-length: 100\r\n\r\nsome', 'transfer-encoding: chunked\r\n\r\n4\r\nsome\r\n'])
    await breakOff(gate, framing)
  for (const session of sessions) session.destroy()
  assert.equal((await ask(gate)).status, 200, gate.stderr())
  assert.deepEqual(edgesOf(gate.process.pid!), edges, gate.stderr())
})
