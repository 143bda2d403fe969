import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import {
  createServer as createHttp2Server,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { tlsOptions } from '../guards/tls/options.ts'
import { type Address, isLoopback, parseAddress } from '../kernel/address.ts'
import { GateRequest, type Protocol } from '../kernel/request.ts'
import type { HeaderReader } from '../kernel/request-headers.ts'
import { Exchange } from './exchange.ts'
import type { Handover } from './gate.ts'
import { Http1Responder } from './http1.ts'
import { checkHead, isAnswered, isWebSocket, MAX_LINES, markCurrent, rawStatus, refuseRaw } from './http1-form.ts'
import { Http2Responder } from './http2.ts'
import { trackStream, watchIdle } from './http2-idle.ts'
import type { SecureContexts } from './secure-contexts.ts'
import { HandshakeResponder } from './websocket.ts'

export interface ListenerOptions {
  readonly readHeaders: HeaderReader
  readonly nextId: (time: number) => string
  readonly contexts: SecureContexts
  /** In place of what every listener uses; a scratch gate only. */
  readonly tls?: TlsOptions
  readonly timeouts: { readonly headers: number; readonly body: number; readonly idle: number }
  /** Most open connections of this edge. */
  readonly connections: number
  /** 48 bytes that all edges share, so that a TLS session of one is resumed by another. */
  readonly resumptionKeys: Buffer
  handle(exchange: Exchange, handover?: Handover): void
}

/** What is known of a connection, found out once. */
interface Connection {
  readonly peer: Address
  readonly serverName: string
  readonly secure: boolean
  /** It came from this host itself: over loopback, or from the very address that it went to. */
  readonly local: boolean
}

const CONNECTION = Symbol('connection')
const MAX_HEADERS = 32_768
const MAX_STREAMS = 128

/** The listeners of an edge: TLS with HTTP/2 and HTTP/1.1, and plain HTTP/1.1. They inherit bound sockets. */
export class Listeners {
  private readonly options: ListenerOptions
  private readonly http1: HttpServer
  private readonly http2: Http2Server
  private readonly servers: { close(): unknown }[] = []
  private readonly sessions = new Set<ServerHttp2Session>()
  private readonly sockets = new Set<Socket>()
  private closing = false

  constructor(options: ListenerOptions) {
    this.options = options
    this.http1 = this.createHttp1()
    this.http2 = this.createHttp2()
  }

  /** Accepts on an inherited socket. */
  listen(fd: number, secure: boolean): Promise<void> {
    const server = secure ? this.createTls() : this.createHttp1()
    server.maxConnections = this.options.connections
    this.servers.push(server)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject)
    server.listen({ fd }, resolve)
    return promise
  }

  /** Takes no more connections, and ends those on which nothing is under way. */
  close(): void {
    this.closing = true
    for (const server of this.servers) server.close()
    this.http1.closeIdleConnections()
    for (const server of this.servers)
      if ('closeIdleConnections' in server) (server as HttpServer).closeIdleConnections()
    for (const session of this.sessions) session.close()
  }

  /** Ends every connection that is left. */
  destroy(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  private createTls() {
    const { contexts, timeouts, tls = tlsOptions } = this.options
    const server = createTlsServer({
      ...tls,
      ticketKeys: this.options.resumptionKeys,
      noDelay: true,
      handshakeTimeout: timeouts.headers,
      SNICallback: (name, done) => contexts.select(name, done),
    })
    server.on('secureConnection', (socket: TLSSocket) => {
      this.admit(socket, true)
      if (socket.alpnProtocol === 'h2') this.http2.emit('connection', socket)
      else this.http1.emit('connection', socket)
    })
    server.on('tlsClientError', (_error, socket) => socket.destroy())
    return server
  }

  private createHttp1(): HttpServer {
    const { timeouts } = this.options
    const server = createHttpServer({
      maxHeaderSize: MAX_HEADERS,
      headersTimeout: timeouts.headers,
      requestTimeout: 0,
      keepAliveTimeout: timeouts.idle,
      connectionsCheckingInterval: Math.min(1_000, timeouts.headers),
      insecureHTTPParser: false,
      optimizeEmptyRequests: true,
      requireHostHeader: false,
      noDelay: true,
      shouldUpgradeCallback: isWebSocket,
    })
    // By itself Node leaves out what comes behind 2,000 headers, and goes on.
    server.maxHeadersCount = 0
    server.on('request', (message, response) => this.onRequest(message, response))
    server.on('checkContinue', (message, response) => this.onRequest(message, response))
    server.on('checkExpectation', (message, response) => this.onRequest(message, response))
    server.on('upgrade', (message, socket, head) => this.onUpgrade(message, socket, head))
    server.on('connect', (_message, socket) => refuseRaw(socket, '405 Method Not Allowed'))
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      // The body of a request that has its answer went wrong: a second answer would be taken for the next one's.
      if (isAnswered(socket)) (socket as Socket).destroySoon()
      else refuseRaw(socket, rawStatus(error))
    })
    server.on('connection', (socket: Socket) => {
      if (connectionOf(socket) === undefined) this.admit(socket, false)
    })
    // The deadlines of Node's server are only watched once it listens; this one takes its sockets from the TLS server.
    server.emit('listening')
    return server
  }

  private createHttp2(): Http2Server {
    const { timeouts } = this.options
    const server = createHttp2Server({
      settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADERS, enablePush: false },
      maxSessionMemory: 32,
      maxHeaderListPairs: MAX_LINES,
    })
    const onStream = this.onStream.bind(this)
    server.on('stream', onStream as never)
    server.on('session', (session) => {
      this.sessions.add(session)
      Object.defineProperty(session, CONNECTION, { value: connectionOf(session.socket) })
      watchIdle(session, timeouts.idle)
      session.once('close', () => {
        this.sessions.delete(session)
      })
      session.on('error', () => session.destroy())
    })
    server.on('sessionError', () => undefined)
    return server
  }

  private admit(socket: Socket, secure: boolean): void {
    if (this.sockets.size >= this.options.connections) {
      socket.destroy()
      return
    }
    this.sockets.add(socket)
    socket.once('close', () => this.sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    const serverName = secure ? (socket as TLSSocket).servername : ''
    const peer = parseAddress(socket.remoteAddress ?? '')
    if (peer === undefined) socket.destroy()
    else {
      const local = isLoopback(peer) || socket.remoteAddress === socket.localAddress
      const connection: Connection = { peer, secure, local, serverName: (serverName || '').toLowerCase() }
      Object.defineProperty(socket, CONNECTION, { value: connection })
    }
  }

  private onRequest(message: IncomingMessage, response: ServerResponse): void {
    const { readHeaders } = this.options
    const headers = readHeaders(message.rawHeaders)
    const connection = connectionOf(message.socket)
    if (connection === undefined) return
    const request = this.createRequest(
      connection,
      'http/1.1',
      message.method ?? '',
      headers.get('host') ?? '',
      message.url ?? '',
      headers,
    )
    const length = headers.get('content-length')
    const hasBody = headers.get('transfer-encoding') !== undefined || (length !== undefined && length !== '0')
    checkHead(message, headers)
    if (hasBody) markCurrent(message, response)
    const responder = new Http1Responder(response, headers.get('expect') !== undefined)
    if (hasBody) watchBody(message, this.options.timeouts.body)
    // Node drops what a client sent right behind an upgrade that was not taken.
    if (this.closing || headers.get('upgrade') !== undefined) response.shouldKeepAlive = false
    this.options.handle(new Exchange(request, responder, hasBody ? message : null, response))
  }

  private onUpgrade(message: IncomingMessage, socket: Duplex, early: Buffer): void {
    const headers = this.options.readHeaders(message.rawHeaders)
    const connection = connectionOf(socket)
    if (connection === undefined) return
    checkHead(message, headers)
    if (headers.get('content-length') !== undefined || headers.get('transfer-encoding') !== undefined) {
      headers.malformed = 'a handshake with a body'
    }
    const request = this.createRequest(
      connection,
      'websocket',
      message.method ?? '',
      headers.get('host') ?? '',
      message.url ?? '',
      headers,
    )
    socket.on('error', () => socket.destroy())
    this.options.handle(new Exchange(request, new HandshakeResponder(socket), null, socket), { socket, early })
  }

  private onStream(stream: ServerHttp2Stream, pseudo: IncomingHttpHeaders, _flags: number, raw: string[]): void {
    const connection = stream.session === undefined ? undefined : connectionOf(stream.session)
    if (connection === undefined) {
      stream.close()
      return
    }
    trackStream(stream)
    const headers = this.options.readHeaders(raw)
    const authority = pseudo[':authority'] as string | undefined
    const host = headers.get('host')
    if (authority !== undefined && host !== undefined && host !== authority)
      headers.malformed = ':authority and Host differ'
    if (headers.get('transfer-encoding') !== undefined) headers.malformed = 'Transfer-Encoding in HTTP/2'
    const method = pseudo[':method'] as string
    const target = (pseudo[':path'] as string | undefined) ?? ''
    const request = this.createRequest(connection, 'h2', method, authority ?? host ?? '', target, headers)
    const body = stream.endAfterHeaders ? null : stream
    if (body !== null) watchBody(stream, this.options.timeouts.body)
    this.options.handle(
      new Exchange(
        request,
        new Http2Responder(stream, method === 'HEAD', headers.get('expect') !== undefined),
        body,
        stream,
      ),
    )
  }

  private createRequest(
    connection: Connection,
    protocol: Protocol,
    method: string,
    authority: string,
    target: string,
    headers: ReturnType<HeaderReader>,
  ): GateRequest {
    const time = Date.now()
    const { peer, secure, serverName } = connection
    const id = this.options.nextId(time)
    const request = new GateRequest({
      id,
      protocol,
      secure,
      serverName,
      method,
      authority,
      target,
      headers,
      peer,
      time,
    })
    request.local = connection.local
    return request
  }
}

function connectionOf(holder: object): Connection | undefined {
  return (holder as { [CONNECTION]?: Connection })[CONNECTION]
}

/** A client that pauses within its body for too long is let go; once it is whole, the application may take its time. */
function watchBody(body: IncomingMessage | ServerHttp2Stream, pause: number): void {
  body.setTimeout(pause, () => body.destroy())
  body.once('end', () => body.setTimeout(0))
}
