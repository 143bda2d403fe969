import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A plain TCP relay in front of an application, to see what the gate really sent it. */
export interface Tap {
  readonly url: string
  /** All bytes that went to the application so far, one character a byte, one connection after the other. */
  readonly received: () => string
  readonly close: () => Promise<void>
}

/** Relays every connection to `url` (an origin with a port) and keeps a copy of what goes towards it. */
export async function startTap(url: string): Promise<Tap> {
  const { hostname, port } = new URL(url)
  const connections: Buffer[][] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    const chunks: Buffer[] = []
    connections.push(chunks)
    client.on('data', (data: Buffer) => chunks.push(data))
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  return {
    url: `http://127.0.0.1:${address.port}`,
    received: () => Buffer.concat(connections.flat()).toString('latin1'),
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
