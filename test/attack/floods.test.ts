import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { H2Connection } from '../helpers/h2-client.ts'
import { FLAG, FRAME, fieldBlock, frame, PREFACE } from '../helpers/h2-frames.ts'
import { hostOf, type Installation, startInstallation } from '../helpers/installation.ts'
import { openSocket } from '../helpers/raw-client.ts'
import { fieldsOf, send } from './ways.ts'

/** Deadlines of this installation in ms, and what is granted on top for timers and a busy machine. */
const HEADERS = 1_000
const BODY = 1_000
const IDLE = 3_000
const SLACK = 2_500

let installation: Installation
before(async () => {
  installation = await startInstallation({ top: 'timeouts: { headers: 1s, body: 1s, idle: 3s }' })
})
after(() => installation[Symbol.asyncDispose]())

const peer = (address = '127.0.0.1') => ({ port: installation.gate.port, address, serverName: hostOf('app') })
const request = (target = '/open') =>
  fieldsOf({ method: 'GET', target, authority: `${hostOf('app')}:${installation.gate.port}`, headers: [] })
const headersFrame = (stream: number, flags: number, target?: string) =>
  frame(FRAME.headers, flags, stream, fieldBlock(request(target)))
const WHOLE = FLAG.endHeaders | FLAG.endStream

const number = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

interface Flood {
  readonly name: string
  /** The frames of one step. */
  readonly step: (index: number) => Buffer[]
  readonly steps: number
  /** How many requests may reach the upstream at most. */
  readonly most: number
}

const floods: readonly Flood[] = [
  {
    name: 'rapid reset (CVE-2023-44487)',
    steps: 20_000,
    most: 3_000,
    step: (i) => [headersFrame(2 * i + 1, WHOLE), frame(FRAME.reset, 0, 2 * i + 1, number(8))],
  },
  {
    name: 'resets that the server is made to send (CVE-2025-8671)',
    steps: 20_000,
    most: 3_000,
    step: (i) => [headersFrame(2 * i + 1, WHOLE), frame(FRAME.windowUpdate, 0, 2 * i + 1, number(0))],
  },
  {
    name: 'settings',
    steps: 50_000,
    most: 0,
    step: () => [frame(FRAME.settings, 0, 0, Buffer.from([0, 4, 0, 0, 255, 255]))],
  },
  { name: 'pings', steps: 50_000, most: 0, step: () => [frame(FRAME.ping, 0, 0, Buffer.alloc(8))] },
  {
    name: 'continuations without an end',
    steps: 5_000,
    most: 0,
    step: (i) => [
      i === 0 ? headersFrame(1, 0) : frame(FRAME.continuation, 0, 1, fieldBlock([[`x-${i}`, 'y'.repeat(1_000)]])),
    ],
  },
  {
    name: 'empty continuations',
    steps: 50_000,
    most: 0,
    step: (i) => [i === 0 ? headersFrame(1, 0) : frame(FRAME.continuation, 0, 1)],
  },
  {
    name: 'empty data',
    steps: 50_000,
    most: 1,
    step: (i) => [i === 0 ? headersFrame(1, FLAG.endHeaders) : frame(FRAME.data, 0, 1)],
  },
  {
    name: 'more streams at once than were offered',
    steps: 2_000,
    most: 300,
    step: (i) => [headersFrame(2 * i + 1, FLAG.endHeaders, '/secret')],
  },
]

for (const flood of floods) {
  test(`D6: ${flood.name}: others are served meanwhile, and no edge falls or swells`, {
    timeout: 60_000,
  }, async (t) => {
    const { upstream } = installation
    const before = upstream.arrivals.length
    const resident = residentBytes()
    const connection = await H2Connection.open(peer())
    let slowest = 0
    let sent = 0
    for (; sent < flood.steps && !connection.closed; sent++) {
      connection.send(...flood.step(sent))
      if (sent % 500 === 499) {
        await sleep(1)
        if (sent % 5_000 === 4_999) slowest = Math.max(slowest, await askTime())
      }
    }
    slowest = Math.max(slowest, await askTime())
    const { reset } = await connection.answer(0x7fff_fffd, 100)
    connection.close()
    const arrived = upstream.arrivals.slice(before).filter(({ marker }) => marker !== 'bystander').length
    assert.ok(arrived <= flood.most, `${arrived} requests of the flood reached the upstream`)
    assert.ok(slowest < 2_000, `another client waited ${slowest} ms`)
    const grown = residentBytes() - resident
    assert.ok(grown < 150_000_000, `the edges grew by ${grown} bytes`)
    await installation.expectUnharmed()
    t.diagnostic(
      `${sent} steps, ${arrived} requests upstream, ended with ${reset ?? 'nothing'}, others waited ${slowest} ms, +${Math.round(grown / 1e6)} MB`,
    )
  })
}

/** How long a client on a connection of its own waits, in ms. */
async function askTime(): Promise<number> {
  const start = Date.now()
  const authority = `${hostOf('wiki')}:${installation.gate.port}`
  const sent = {
    method: 'GET',
    target: '/open',
    authority,
    serverName: hostOf('wiki'),
    headers: [['x-marker', 'bystander']] as const,
  }
  const { verdict } = await send({ protocol: 'HTTP/2', address: '::1', site: 'wiki' }, installation.gate.port, sent)
  assert.equal(verdict, 'passed')
  return Date.now() - start
}

function residentBytes(): number {
  return installation.edges
    .map((pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1_024)
    .reduce((sum, bytes) => sum + bytes, 0)
}

/** Ways of taking one's time: what is sent first, what is sent again and again, and when the gate must have had enough. */
const slow: readonly { name: string; tls: boolean | 'prelude'; first: string; drip: string; most: number }[] = [
  {
    name: 'a head that trickles',
    tls: true,
    first: 'GET /open HTTP/1.1\r\nHost: x\r\n',
    drip: 'X-A: b\r\n',
    most: HEADERS,
  },
  {
    name: 'a head that trickles over plain HTTP',
    tls: false,
    first: 'GET /open HTTP/1.1\r\n',
    drip: 'X-A: b\r\n',
    most: HEADERS,
  },
  { name: 'a request line that never ends', tls: true, first: 'GET /open', drip: 'x', most: HEADERS },
  { name: 'empty lines in front', tls: true, first: '\r\n', drip: '\r\n', most: HEADERS },
  { name: 'nothing at all', tls: true, first: '', drip: '', most: IDLE },
  { name: 'nothing over plain HTTP', tls: false, first: '', drip: '', most: IDLE },
  {
    name: 'a body that stops',
    tls: true,
    first: 'POST /hook HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\nabc',
    drip: '',
    most: BODY,
  },
  {
    name: 'chunks that stop',
    tls: true,
    first: 'POST /hook HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab',
    drip: '',
    most: BODY,
  },
  {
    name: 'half a ClientHello',
    tls: 'prelude',
    first: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    drip: '',
    most: HEADERS,
  },
  { name: 'a ClientHello that trickles', tls: 'prelude', first: '\x16\x03\x01\x02\x00\x01', drip: '\0', most: HEADERS },
]

for (const { name, tls, first, drip, most } of slow) {
  test(`D7: ${name}: the connection is ended`, { timeout: 30_000 }, async () => {
    const { gate } = installation
    const socket =
      tls === 'prelude'
        ? connect(gate.port, '127.0.0.1')
        : await openSocket({ ...peer(), port: tls ? gate.port : gate.http, serverName: tls ? hostOf('app') : null })
    const took = await timeUntilEnd(
      socket,
      Buffer.from(first.replace('{host}', `${hostOf('app')}:${gate.port}`), 'latin1'),
      Buffer.from(drip, 'latin1'),
    )
    assert.ok(took < most + SLACK, `it took ${took} ms`)
    await installation.expectUnharmed()
  })
}

const PREFACE_AND_SETTINGS = () => Buffer.concat([PREFACE, frame(FRAME.settings, 0, 0)])

/** Over HTTP/2 a connection that says nothing whole is as idle as one that says nothing. */
const slowH2: readonly { name: string; first: () => Buffer; drip: () => Buffer; most: number }[] = [
  { name: 'no preface', first: () => Buffer.alloc(0), drip: () => Buffer.alloc(0), most: IDLE },
  {
    name: 'a head without its end',
    first: () => Buffer.concat([PREFACE_AND_SETTINGS(), headersFrame(1, 0)]),
    drip: () => Buffer.alloc(0),
    most: IDLE,
  },
  { name: 'a head that trickles', first: PREFACE_AND_SETTINGS, drip: () => Buffer.from([0]), most: IDLE },
  {
    name: 'a body that stops',
    first: () => Buffer.concat([PREFACE_AND_SETTINGS(), headersFrame(1, FLAG.endHeaders, '/hook')]),
    drip: () => Buffer.alloc(0),
    most: IDLE,
  },
]

for (const { name, first, drip, most } of slowH2) {
  test(`D7: HTTP/2: ${name}: the connection is ended`, { timeout: 30_000 }, async () => {
    const socket = await openSocket({ ...peer(), alpn: 'h2' })
    const took = await timeUntilEnd(socket, first(), drip())
    assert.ok(took < most + SLACK, `it took ${took} ms`)
    await installation.expectUnharmed()
  })
}

/** Sends, goes on dripping every 200 ms, and measures until the other side has had enough; at most 12 s. */
async function timeUntilEnd(socket: Socket, first: Buffer, drip: Buffer): Promise<number> {
  const start = Date.now()
  const { promise, resolve } = Promise.withResolvers<void>()
  const limit = setTimeout(resolve, 12_000)
  socket
    .on('error', () => resolve())
    .on('close', () => resolve())
    .on('end', () => resolve())
    .resume()
  socket.write(first)
  const timer = setInterval(() => drip.length > 0 && socket.writable && socket.write(drip), 200)
  await promise
  clearInterval(timer)
  clearTimeout(limit)
  socket.destroy()
  return Date.now() - start
}
