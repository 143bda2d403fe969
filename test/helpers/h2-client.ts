import type { Socket } from 'node:net'
import { FLAG, FRAME, type Frame, fieldBlock, frame, PREFACE, readFrameH2, readStatus } from './h2-frames.ts'
import { openSocket, type Peer } from './raw-client.ts'

/** How one stream ended. `reset` is an error code of RFC 9113 section 7, of the stream or of the connection. */
export interface H2Answer {
  readonly status: number
  readonly interim: readonly number[]
  readonly body: string
  readonly reset: number | undefined
  /** True when the connection ended without a word about the stream. */
  readonly closed: boolean
}

export type Fields = readonly (readonly [name: string, value: string])[]

const MAX_FRAME = 16_384

/** An HTTP/2 connection on which every frame is written by hand. */
export class H2Connection {
  readonly socket: Socket
  readonly frames: Frame[] = []
  closed = false
  private bytes = Buffer.alloc(0)
  private readonly waiting = new Set<() => void>()

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.closed = true
      this.wake()
    })
    socket.on('data', (chunk: Buffer) => this.take(chunk))
  }

  static async open(peer: Peer): Promise<H2Connection> {
    const connection = new H2Connection(await openSocket({ ...peer, alpn: 'h2' }))
    connection.send(PREFACE, frame(FRAME.settings, 0, 0))
    return connection
  }

  send(...frames: readonly Buffer[]): void {
    if (this.socket.writable) this.socket.write(Buffer.concat(frames))
  }

  /** Sends a request on a stream, with its body in one frame where there is one. */
  request(stream: number, fields: Fields, body?: string): void {
    this.send(...headerFrames(stream, fieldBlock(fields), body === undefined))
    if (body !== undefined) this.send(frame(FRAME.data, FLAG.endStream, stream, Buffer.from(body, 'latin1')))
  }

  /** Waits until the stream has ended, one way or another. */
  async answer(stream: number, limit = 4_000): Promise<H2Answer> {
    const end = Date.now() + limit
    while (!this.closed && !this.hasEnded(stream) && Date.now() < end) await this.next(end - Date.now())
    return this.read(stream)
  }

  /** Resolves at the next frame, at the end, or after `limit` ms. */
  next(limit: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, limit)
    this.waiting.add(resolve)
    return promise.finally(() => clearTimeout(timer))
  }

  close(): void {
    this.socket.destroy()
  }

  private hasEnded(stream: number): boolean {
    return this.frames.some(
      ({ type, flags, stream: own }) =>
        (own === stream && (type === FRAME.reset || (type <= FRAME.headers && (flags & FLAG.endStream) !== 0))) ||
        type === FRAME.goaway,
    )
  }

  private read(stream: number): H2Answer {
    const own = this.frames.filter((found) => found.stream === stream)
    const statuses = own
      .filter(({ type }) => type === FRAME.headers)
      .map(({ payload }) => readStatusOrTrailers(payload))
    const status = statuses.find((found) => found >= 200) ?? 0
    const data = own.filter(({ type }) => type === FRAME.data).map(({ payload }) => payload)
    const reset = own.find(({ type }) => type === FRAME.reset)?.payload.readUInt32BE(0)
    const away = this.frames.find(({ type }) => type === FRAME.goaway)?.payload.readUInt32BE(4)
    return {
      status,
      interim: statuses.filter((found) => found > 0 && found < 200),
      body: Buffer.concat(data).toString('latin1'),
      reset: reset ?? away,
      closed: this.closed,
    }
  }

  private take(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk])
    for (let read = readFrameH2(this.bytes); read !== undefined; read = readFrameH2(this.bytes)) {
      this.bytes = Buffer.from(read.rest)
      this.frames.push(read.found)
      const { type, flags, payload } = read.found
      if (type === FRAME.settings && (flags & FLAG.ack) === 0) this.send(frame(FRAME.settings, FLAG.ack, 0))
      if (type === FRAME.ping && (flags & FLAG.ack) === 0) this.send(frame(FRAME.ping, FLAG.ack, 0, payload))
    }
    this.wake()
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }
}

/** A field block in as many frames as it needs (RFC 9113 section 6.10). */
function headerFrames(stream: number, block: Buffer, last: boolean): Buffer[] {
  const pieces = Array.from({ length: Math.ceil(block.length / MAX_FRAME) }, (_, i) =>
    block.subarray(i * MAX_FRAME, (i + 1) * MAX_FRAME),
  )
  return pieces.map((piece, index) => {
    const end = index === pieces.length - 1 ? FLAG.endHeaders : 0
    return index === 0
      ? frame(FRAME.headers, end | (last ? FLAG.endStream : 0), stream, piece)
      : frame(FRAME.continuation, end, stream, piece)
  })
}

function readStatusOrTrailers(payload: Buffer): number {
  try {
    return readStatus(payload)
  } catch {
    return 0
  }
}
