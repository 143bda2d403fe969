/** Opens TLS connections, sends one request on each, and holds them: see connections.ts. */
import type { TcpSocketConnectOpts } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'
import { type Endpoint, serverName } from '../endpoint.ts'

/** Handshakes under way at once. */
const AT_ONCE = 64

const { endpoint, count } = JSON.parse(process.argv[2]!) as { endpoint: Endpoint; count: number }
const request = `GET / HTTP/1.1\r\nHost: ${endpoint.authority}\r\n\r\n`
let next = 0
let alive = 0
let refused = 0

/** Resolves when the first answer has come, or the connection is gone before. */
function open(index: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const options: ConnectionOptions & TcpSocketConnectOpts = {
    port: endpoint.port,
    host: '127.0.0.1',
    // Many clients, as in life: a limit on connections an address is not what is measured.
    localAddress: `127.1.${index % 250}.${1 + (Math.floor(index / 250) % 250)}`,
    servername: serverName(endpoint),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
  }
  const socket = connect(options)
  let answered = false
  socket.once('secureConnect', () => socket.write(request))
  socket.on('error', () => {}) // counted when it closes
  socket.on('data', () => {
    if (answered) return
    answered = true
    alive++
    resolve()
  })
  socket.once('close', () => {
    if (answered) alive--
    else refused++
    resolve()
  })
  return promise
}

async function worker(): Promise<void> {
  while (next < count) await open(next++)
}

await Promise.all(Array.from({ length: AT_ONCE }, worker))
process.stdout.write(`${JSON.stringify({ refused })}\n`)
process.stdin.on('data', () => process.stdout.write(`${JSON.stringify({ alive })}\n`))
