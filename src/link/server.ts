import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { Channel } from './channel.ts'
import type { EdgeState, Question, Questions, ToControl, ToEdge } from './messages.ts'

/** What control does for its edges. */
export interface LinkHandlers {
  state(): Promise<EdgeState>
  answer<Q extends Question>(question: Q, ask: Questions[Q]['ask']): Promise<Questions[Q]['answer']>
  used(ids: readonly string[], at: number): void
  report(message: Extract<ToControl, { type: 'report' }>): void
  onError(error: unknown): void
}

/** An edge that does not confirm in this time is cut off; it starts over with everything. */
const ACK_TIMEOUT = 5_000
const ALIVE_MS = 1_000

interface Edge {
  readonly channel: Channel<ToControl, ToEdge>
  readonly socket: Socket
  readonly waiting: Map<number, (error: string | null) => void>
  index: number
  pid: number
  scratch: boolean
  /** It was told everything, or is being told. */
  synced: boolean
  /** It has confirmed that it knows everything, and serves. */
  serving: boolean
}

/** Control's end of the link: one connection an edge. */
export class LinkServer {
  private readonly edges = new Set<Edge>()
  private readonly telling = new Set<Promise<unknown>>()
  /** Resolved when an edge serves. */
  private awaited = Promise.withResolvers<void>()
  private readonly handlers: LinkHandlers
  private readonly alive = setInterval(() => this.sayAlive(), ALIVE_MS).unref()
  readonly server: Server

  constructor(handlers: LinkHandlers) {
    this.handlers = handlers
    this.server = createServer((socket) => this.accept(socket))
  }

  /**
   * Tells every edge and resolves when all have confirmed, with what they complained of. An edge that stays silent is
   * cut off, so that afterwards none is left that does not know.
   */
  async publish(message: ToEdge): Promise<string[]> {
    const results = await Promise.all(
      [...this.edges].filter(({ synced }) => synced).map((edge) => this.tell(edge, message)),
    )
    return results.filter((error) => error !== null)
  }

  /**
   * Tells every edge, and resolves once one or more that serve have confirmed it: while there is none, as right after the
   * start, it waits for the first.
   */
  async publishToServing(message: ToEdge): Promise<void> {
    for (;;) {
      const next = this.awaited.promise
      const serving = [...this.edges].filter((edge) => edge.serving)
      await this.publish(message)
      if (serving.some(({ channel }) => channel.open)) return
      if (serving.length === 0) await next
    }
  }

  /** Resolves when every edge has confirmed all that it was told so far, or was cut off. */
  async settled(): Promise<void> {
    await Promise.all(this.telling)
  }

  close(): void {
    clearInterval(this.alive)
    this.server.close()
    for (const { socket } of this.edges) socket.destroy()
  }

  private sayAlive(): void {
    for (const { channel, synced } of this.edges) if (synced) channel.send({ type: 'alive' })
  }

  private tell(edge: Edge, message: ToEdge): Promise<string | null> {
    const { promise, resolve } = Promise.withResolvers<string | null>()
    this.telling.add(promise)
    void promise.then(() => this.telling.delete(promise))
    const seq = edge.channel.send(message)
    const timer = setTimeout(() => edge.socket.destroy(), ACK_TIMEOUT)
    edge.waiting.set(seq, (error) => {
      clearTimeout(timer)
      edge.waiting.delete(seq)
      resolve(error)
    })
    return promise
  }

  private accept(socket: Socket): void {
    const edge: Edge = {
      socket,
      channel: new Channel<ToControl, ToEdge>(socket, (message) => this.receive(edge, message)),
      waiting: new Map(),
      index: -1,
      pid: 0,
      scratch: false,
      synced: false,
      serving: false,
    }
    this.edges.add(edge)
    socket.on('error', this.handlers.onError)
    socket.on('close', () => {
      this.edges.delete(edge)
      for (const done of [...edge.waiting.values()]) done(null)
    })
  }

  private receive(edge: Edge, message: ToControl): void {
    if (message.type === 'hello') void this.greet(edge, message).catch((error: unknown) => this.refuse(edge, error))
    else if (message.type === 'ack') edge.waiting.get(message.of)?.(message.error)
    else if (message.type === 'ask') void this.reply(edge, message).catch(this.handlers.onError)
    else if (message.type === 'used') this.handlers.used(message.ids, message.at)
    else this.handlers.report(message)
  }

  /** The whole state is taken and sent in one turn after it is known, so that no change falls between. */
  private async greet(edge: Edge, hello: Extract<ToControl, { type: 'hello' }>): Promise<void> {
    edge.index = hello.edge
    edge.pid = hello.pid
    edge.scratch = hello.scratch
    edge.synced = true
    const state = await this.handlers.state()
    const complaint = await this.tell(edge, { type: 'sync', state })
    if (complaint !== null || !this.edges.has(edge) || edge.scratch) return
    edge.serving = true
    this.awaited.resolve()
    this.awaited = Promise.withResolvers()
  }

  /** An edge that can't be told everything now starts over, so that it asks again. */
  private refuse(edge: Edge, error: unknown): void {
    this.handlers.onError(error)
    edge.socket.destroy()
  }

  private async reply(edge: Edge, { id, question, ask }: Extract<ToControl, { type: 'ask' }>): Promise<void> {
    const value = await this.handlers
      .answer(question, ask as Questions[typeof question]['ask'])
      .catch((error: unknown) => {
        this.handlers.onError(error)
        return null
      })
    edge.channel.send({ type: 'answer', to: id, value })
  }
}
