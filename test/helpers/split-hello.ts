import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/** How a ClientHello is cut: into TCP segments, or into TLS records of their own (RFC 8446 section 5.1). */
export type Cut = 'segments' | 'records'

/** A relay on loopback that cuts the first message of every client into pieces of `size` bytes. */
export async function startSplitter(
  port: number,
  cut: Cut,
  size: number,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((client) => {
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true })
    for (const end of [client, upstream])
      end.on('error', () => end.destroy()).on('close', () => (end === client ? upstream : client).destroy())
    upstream.pipe(client)
    client.once('data', async (hello: Buffer) => {
      client.pause()
      for (const piece of cut === 'segments' ? pieces(hello, size) : records(hello, size)) {
        upstream.write(piece)
        await new Promise((resolve) => setImmediate(resolve))
      }
      client.pipe(upstream)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}

function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
}

function records(hello: Buffer, size: number): Buffer[] {
  return pieces(hello.subarray(5), size).map((piece) => {
    const head = Buffer.from(hello.subarray(0, 5))
    head.writeUInt16BE(piece.length, 3)
    return Buffer.concat([head, piece])
  })
}
