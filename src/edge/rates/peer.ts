import { createConnection, type Socket } from 'node:net'
import { type Answer, ask, createFrameReader, encodeFrames, type Frame } from './frames.ts'

const FIRST_RETRY_MS = 10
const LAST_RETRY_MS = 200
/** Asks for nothing; whoever answers it is alive. */
const GREETING = encodeFrames([ask(0, 0, 0, 0, 0, { rate: 0, burst: 0 })])

export interface PeerEvents {
  /** An answer came, or the answer to a greeting (id 0). */
  heard(answer: Answer): void
  /** The connection broke, and with it whatever was on its way. */
  lost(): void
}

/** A connection to the edge at `path` that is opened again whenever it breaks. */
export class Peer {
  readonly #path: string
  readonly #events: PeerEvents
  #socket: Socket
  #retry = FIRST_RETRY_MS
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(path: string, events: PeerEvents) {
    this.#path = path
    this.#events = events
    this.#socket = this.#connect()
  }

  send(frames: readonly Frame[]): void {
    if (!this.#socket.destroyed) this.#socket.write(encodeFrames(frames))
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#socket.destroy()
  }

  #connect(): Socket {
    const socket = createConnection(this.#path)
    const read = createFrameReader()
    socket.write(GREETING)
    socket.on('data', (chunk: Buffer) => {
      const frames = read(chunk)
      if (frames === undefined) socket.destroy()
      for (const frame of frames ?? []) if (frame.kind === 2) this.#heard(frame)
    })
    // 'close' follows.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#lost())
    return socket
  }

  #heard(answer: Answer): void {
    this.#retry = FIRST_RETRY_MS
    this.#events.heard(answer)
  }

  #lost(): void {
    if (this.#closed) return
    this.#events.lost()
    this.#timer = setTimeout(() => {
      this.#socket = this.#connect()
    }, this.#retry).unref()
    this.#retry = Math.min(this.#retry * 2, LAST_RETRY_MS)
  }
}
