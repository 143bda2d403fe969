import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { header, type Message, readMessage } from './http1-messages.ts'
import { acceptKey, readFrame, textFrame } from './websocket-frames.ts'

/** A request as it reached the application. */
export interface Arrival extends Message {
  readonly method: string
  readonly target: string
  /** Value of `x-marker`, by which a test knows its own requests. */
  readonly marker: string
}

/** What the application does with a request: `echo` unless `x-upstream` of the request says otherwise. */
const MANNERS: Readonly<Record<string, (socket: Socket, arrival: Arrival) => void>> = {
  echo: (socket, arrival) => answer(socket, 200, describe(arrival)),
  hang: () => undefined,
  'refuse-upgrade': (socket, arrival) => answer(socket, 200, describe(arrival)),
  endless: (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n')
    const timer = setInterval(() => socket.write('8\r\ndata: 1\n\r\n'), 50)
    socket.once('close', () => clearInterval(timer))
  },
}

/** An application on a raw socket, which keeps every byte that reached it. */
export interface EchoUpstream extends AsyncDisposable {
  readonly origin: string
  /** Everything but requests for the health path. */
  readonly arrivals: Arrival[]
  /** Bytes that were no message, by connection. */
  readonly leftovers: () => string[]
  of(marker: string): Arrival[]
}

export const HEALTH_PATH = '/health-of-the-echo-upstream'

/** Starts it on a free port of loopback. */
export async function startEchoUpstream(): Promise<EchoUpstream> {
  const arrivals: Arrival[] = []
  const sockets = new Set<Socket>()
  const waiting = new Map<Socket, string>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    // A request that was broken off is no smuggled one: its connection is gone.
    socket.once('close', () => {
      sockets.delete(socket)
      waiting.delete(socket)
    })
    serve(socket, {
      arrived: (arrival) => arrival.target !== HEALTH_PATH && arrivals.push(arrival),
      left: (text) => (text === '' ? waiting.delete(socket) : waiting.set(socket, text)),
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    leftovers: () => [...waiting.values()],
    of: (marker) => arrivals.filter((arrival) => arrival.marker === marker),
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

interface Witness {
  arrived(arrival: Arrival): unknown
  left(text: string): unknown
}

function serve(socket: Socket, witness: Witness): void {
  let text = ''
  const take = (chunk: Buffer) => {
    text += chunk.toString('latin1')
    for (;;) {
      const read = readMessage(text)
      if (read === undefined) break
      text = read.rest
      const arrival = toArrival(read.message)
      witness.arrived(arrival)
      const manner = header(arrival, 'x-upstream') ?? 'echo'
      if (header(arrival, 'upgrade') === 'websocket' && manner !== 'refuse-upgrade') {
        socket.off('data', take)
        witness.left('')
        return upgrade(socket, arrival, Buffer.from(text, 'latin1'))
      }
      MANNERS[manner]!(socket, arrival)
    }
    witness.left(text)
  }
  socket.on('data', take)
}

function toArrival(message: Message): Arrival {
  const [method = '', target = ''] = message.startLine.split(' ')
  return { ...message, method, target, marker: header(message, 'x-marker') ?? '' }
}

function describe({ method, target, headers, body }: Arrival): string {
  return JSON.stringify({ method, target, headers, body })
}

function answer(socket: Socket, status: number, body: string): void {
  socket.write(
    `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\nx-echo: 1\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    'latin1',
  )
}

/** Agrees to every handshake and sends each frame back. */
function upgrade(socket: Socket, arrival: Arrival, early: Buffer): void {
  const accept = acceptKey(header(arrival, 'sec-websocket-key') ?? '')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  )
  let bytes: Buffer = early
  const echo = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    for (let frame = readFrame(bytes); frame !== undefined; frame = readFrame(bytes)) {
      bytes = bytes.subarray(frame.size)
      socket.write(textFrame(frame.text, false))
    }
  }
  socket.on('data', echo)
  echo(Buffer.alloc(0))
}
