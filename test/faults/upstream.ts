import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** An application; closing it ends its connections too. */
export interface Upstream extends AsyncDisposable {
  readonly origin: string
  readonly port: number
  /** Open connections. */
  connections(): number
}

/** Answers `hello`; `/slow?ms=N` after a while, piece by piece; a body is answered with its length. */
export async function startUpstream(host = '127.0.0.1', port = 0, greeting = 'hello'): Promise<Upstream> {
  const server = createServer(
    (message, response) => void respond(message, response, greeting).catch(() => response.destroy()),
  )
  server.listen(port, host)
  await once(server, 'listening')
  const bound = (server.address() as AddressInfo).port
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return {
    origin: `http://${host}:${bound}`,
    port: bound,
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function respond(message: IncomingMessage, response: ServerResponse, greeting: string): Promise<void> {
  const { pathname, searchParams } = new URL(message.url!, 'http://upstream')
  let bytes = 0
  for await (const chunk of message) bytes += (chunk as Buffer).length
  if (pathname === '/slow') {
    const ms = Number(searchParams.get('ms'))
    response.write('first ')
    await sleep(ms, undefined, { ref: false })
    response.end('last')
  } else response.end(message.method === 'POST' ? String(bytes) : greeting)
}

/** An application that does to a connection what `behave` says, once the head of a request is there. */
export async function startRawUpstream(behave: (socket: Socket, target: string) => void): Promise<Upstream> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (!text.includes('\r\n\r\n')) return
      const target = text.split(' ', 2)[1] ?? ''
      text = ''
      behave(socket, target)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
