import type { Socket } from 'node:net'
import { CastellanError, errorText } from '../kernel/errors.ts'

/** A message larger than this is no message of ours. */
const MAX_MESSAGE = 512 * 1_048_576

interface Frame<T> {
  readonly seq: number
  readonly message: T
}

/**
 * Typed messages over a local socket: one JSON line each, numbered from 1. A gap, a repeated number or anything that
 * is not a message closes the socket, and the edge starts over with everything, so that no revocation is ever lost.
 */
export class Channel<In, Out> {
  private readonly socket: Socket
  private sent = 0
  private received = 0
  private parts: Buffer[] = []
  private size = 0

  constructor(socket: Socket, onMessage: (message: In, seq: number) => void) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      try {
        this.read(chunk, onMessage)
      } catch (error) {
        socket.destroy(new CastellanError('link.protocol', errorText(error), { cause: error }))
      }
    })
  }

  get open(): boolean {
    return !this.socket.destroyed && this.socket.writable
  }

  /** Sends one message and returns its number. */
  send(message: Out): number {
    this.sent += 1
    if (this.open) this.socket.write(`${JSON.stringify({ seq: this.sent, message } satisfies Frame<Out>)}\n`)
    return this.sent
  }

  close(): void {
    this.socket.destroy()
  }

  private read(chunk: Buffer, onMessage: (message: In, seq: number) => void): void {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.parts.push(chunk.subarray(start, end))
      start = end + 1
      const line = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts)
      this.parts = []
      this.size = 0
      this.accept(JSON.parse(line.toString('utf8')) as Frame<In>, onMessage)
    }
    if (start < chunk.length) {
      this.parts.push(chunk.subarray(start))
      this.size += chunk.length - start
      if (this.size > MAX_MESSAGE) throw new Error('a message over 512 MiB')
    }
  }

  private accept({ seq, message }: Frame<In>, onMessage: (message: In, seq: number) => void): void {
    if (seq !== this.received + 1) throw new Error(`message ${seq} came after ${this.received}`)
    this.received = seq
    onMessage(message, seq)
  }
}
