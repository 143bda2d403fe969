import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Message, readMessage, statusOf } from './http1-messages.ts'

/** Where a client connects, and what it says before HTTP begins. */
export interface Peer {
  readonly port: number
  /** 127.0.0.1 when left out. */
  readonly address?: string
  /** TLS server name; null for plain TCP, empty for TLS without a name. */
  readonly serverName: string | null
  /** The client's own address: any of 127.0.0.0/8 is this machine. */
  readonly from?: string
  readonly alpn?: 'http/1.1' | 'h2'
}

/** Opens the connection. Certificates are looked at elsewhere; these tests are about what is said inside. */
export async function openSocket(peer: Peer): Promise<Socket> {
  const { port, address = '127.0.0.1', serverName, from, alpn = 'http/1.1' } = peer
  const target = { port, host: address, noDelay: true, ...(from === undefined ? {} : { localAddress: from }) }
  if (serverName === null) {
    const socket = connectTcp(target)
    await once(socket, 'connect')
    return socket
  }
  const socket = connectTls({ ...target, servername: serverName, rejectUnauthorized: false, ALPNProtocols: [alpn] })
  await once(socket, 'secureConnect')
  return socket
}

export interface RawAnswer {
  /** Whole answers, without interim ones. */
  readonly answers: readonly Message[]
  readonly interim: readonly Message[]
  /** Bytes behind the last whole answer. */
  readonly rest: string
  /** True when the server closed the connection. */
  readonly closed: boolean
}

export interface RawOptions {
  /** Answers to wait for; 1 when left out. */
  readonly count?: number
  /** Goes on listening this many ms after the last answer, to see what else comes. */
  readonly linger?: number
  /** True where HEAD was asked, whose answer has a length and no body. */
  readonly headOnly?: boolean
  /** Gives up after this many ms; the answer is then what there is. */
  readonly limit?: number
}

/** Sends bytes as they are (latin1) and collects what comes back until the answers are whole or the connection ends. */
export async function sendRaw(peer: Peer, bytes: string, options: RawOptions = {}): Promise<RawAnswer> {
  const socket = await openSocket(peer)
  try {
    socket.write(bytes, 'latin1')
    return await collect(socket, options)
  } finally {
    socket.destroy()
  }
}

/** Reads answers from an open connection. */
export async function collect(
  socket: Socket,
  { count = 1, linger = 0, limit = 4_000, headOnly = false }: RawOptions,
): Promise<RawAnswer> {
  const answers: Message[] = []
  const interim: Message[] = []
  let text = ''
  let closed = false
  const { promise, resolve } = Promise.withResolvers<void>()
  let timer = setTimeout(resolve, limit)
  const onData = (chunk: Buffer) => {
    text += chunk.toString('latin1')
    for (let read = readMessage(text, headOnly); read !== undefined; read = readMessage(text, headOnly)) {
      text = read.rest
      const informs = statusOf(read.message) < 200 && statusOf(read.message) !== 101
      ;(informs ? interim : answers).push(read.message)
      if (statusOf(read.message) === 101) break
    }
    if (answers.length < count) return
    clearTimeout(timer)
    if (linger === 0) resolve()
    else timer = setTimeout(resolve, linger)
  }
  const onEnd = () => {
    closed = true
    resolve()
  }
  socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onEnd)
  await promise
  clearTimeout(timer)
  socket.off('data', onData)
  return { answers, interim, rest: text, closed }
}
