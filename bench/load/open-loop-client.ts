/**
 * The open-loop client, a program of its own so that nothing else delays its clock: see open-loop.ts. Its timers have
 * a grain of one millisecond; what that adds is the same for every target, and the figure stated is a difference.
 */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { serverName } from '../endpoint.ts'
import { quantile } from '../stats.ts'
import type { Latency, Offer } from './open-loop.ts'

/** The first part of a run warms up and is not counted. */
const WARM_UP = 0.2

const offer = JSON.parse(process.argv[2]!) as Offer
const { endpoint, rate, connections } = offer
const planned = Math.round(rate * offer.seconds)
const request = Buffer.from(
  `GET / HTTP/1.1\r\nHost: ${endpoint.authority}\r\n${endpoint.cookie ? `Cookie: ${endpoint.cookie}\r\n` : ''}\r\n`,
)
const latencies = new Float64Array(planned)
const idle: Socket[] = []
/** When the request that a connection carries was due. */
const dueOf = new Map<Socket, number>()
let sent = 0
let answered = 0
let began = 0

const due = (n: number): number => began + (n * 1000) / rate

function open(): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const at = { port: endpoint.port, host: '127.0.0.1', noDelay: true }
  const socket = endpoint.tls
    ? connectTls({ ...at, servername: serverName(endpoint), rejectUnauthorized: false }, () => resolve(socket))
    : connectTcp(at, () => resolve(socket))
  socket.once('error', reject)
  socket.once('close', () => {
    if (answered < planned) throw new Error(`a connection was closed after ${answered} answers`)
  })
  let buffered = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    buffered += text
    const end = endOfAnswer(buffered)
    if (end === undefined) return
    buffered = buffered.slice(end)
    arrived(socket)
  })
  return promise
}

/** Where the answer ends; it must be a 200 with a length, as the upstream's is. */
function endOfAnswer(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1]
  if (!text.startsWith('HTTP/1.1 200 ') || length === undefined) throw new Error(`answered: ${text.slice(0, 300)}`)
  const end = head + 4 + Number(length)
  return text.length < end ? undefined : end
}

function arrived(socket: Socket): void {
  latencies[answered++] = performance.now() - dueOf.get(socket)!
  idle.push(socket)
  if (answered === planned) finish()
  else sendDue()
}

function sendDue(): void {
  const now = performance.now()
  while (sent < planned && due(sent) <= now && idle.length > 0) {
    const socket = idle.pop()!
    dueOf.set(socket, due(sent++))
    socket.write(request)
  }
}

function finish(): void {
  clearInterval(timer)
  const counted = latencies.subarray(Math.floor(planned * WARM_UP))
  const latency: Latency = { p50: quantile(counted, 0.5), p99: quantile(counted, 0.99), requests: counted.length }
  process.stdout.write(JSON.stringify(latency), () => process.exit(0))
}

idle.push(...(await Promise.all(Array.from({ length: connections }, open))))
began = performance.now()
const timer = setInterval(sendDue, 1)
