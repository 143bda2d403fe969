import { connect, type Socket } from 'node:net'
import { CastellanError, errorText } from '../kernel/errors.ts'
import { Channel } from './channel.ts'
import type { Question, Questions, ToControl, ToEdge } from './messages.ts'

type Change = Exclude<ToEdge, { type: 'answer' | 'alive' }>

export interface LinkClientOptions {
  readonly path: string
  readonly edge: number
  readonly scratch: boolean
  /** Applies a change; what it throws is told to control. Control waits for the promise, later changes do not. */
  apply(change: Change): void | Promise<void>
  onConnection(connected: boolean): void
}

const RETRY_MS = 50
const ASK_TIMEOUT = 10_000
/** A control that says nothing for so long is away. */
const SILENCE_MS = 5_000

/** An edge's end of the link. It connects again for ever, and starts over with everything each time. */
export class LinkClient {
  private readonly options: LinkClientOptions
  private channel: Channel<ToEdge, ToControl> | undefined
  private socket: Socket | undefined
  private readonly asked = new Map<number, (value: unknown) => void>()
  private questions = 0
  private closed = false

  constructor(options: LinkClientOptions) {
    this.options = options
    this.dial()
  }

  get connected(): boolean {
    return this.channel?.open === true
  }

  /** Tells control something that needs no answer; lost when control is away. */
  tell(message: Extract<ToControl, { type: 'used' | 'report' }>): boolean {
    if (!this.connected) return false
    this.channel!.send(message)
    return true
  }

  /** Asks control. Rejects with `link.down` when it is away or silent for ten seconds. */
  ask<Q extends Question>(question: Q, ask: Questions[Q]['ask']): Promise<Questions[Q]['answer']> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    if (!this.connected) return Promise.reject(down())
    const id = ++this.questions
    const timer = setTimeout(() => settle(undefined), ASK_TIMEOUT)
    const settle = (value: unknown) => {
      clearTimeout(timer)
      this.asked.delete(id)
      if (value === undefined) reject(down())
      else resolve(value)
    }
    this.asked.set(id, settle)
    this.channel!.send({ type: 'ask', id, question, ask })
    return promise as Promise<Questions[Q]['answer']>
  }

  close(): void {
    this.closed = true
    this.socket?.destroy()
  }

  private dial(): void {
    const socket = connect(this.options.path)
    this.socket = socket
    socket.on('connect', () => {
      const channel = new Channel<ToEdge, ToControl>(socket, (message, seq) => this.receive(channel, message, seq))
      this.channel = channel
      channel.send({ type: 'hello', edge: this.options.edge, pid: process.pid, scratch: this.options.scratch })
    })
    const silence = setTimeout(() => socket.destroy(), SILENCE_MS)
    socket.on('data', () => silence.refresh())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(silence)
      this.lost()
    })
  }

  private lost(): void {
    this.channel = undefined
    for (const settle of [...this.asked.values()]) settle(undefined)
    this.options.onConnection(false)
    if (!this.closed) setTimeout(() => this.dial(), RETRY_MS)
  }

  private receive(channel: Channel<ToEdge, ToControl>, message: ToEdge, seq: number): void {
    if (message.type === 'alive') return
    if (message.type === 'answer') {
      this.asked.get(message.to)?.(message.value)
      return
    }
    const confirm = (error: string | null) => void channel.send({ type: 'ack', of: seq, error })
    const refuse = (fault: unknown) => confirm(errorText(fault))
    try {
      const applied = this.options.apply(message)
      if (applied === undefined) confirm(null)
      else applied.then(() => confirm(null), refuse)
    } catch (fault) {
      refuse(fault)
    }
    if (message.type === 'sync') this.options.onConnection(true)
  }
}

function down(): CastellanError {
  return new CastellanError('link.down', 'The control process does not answer.')
}
