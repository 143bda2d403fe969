import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { PATIENCE, type Trust, tlsClient, type WireAnswer, type WireClient, type WireRequest } from './wire.ts'

const CONNECTIONS = 4

/** HTTP/1.1 with kept connections. Node's client sends target and headers as they are given. */
export function createHttp1(trust: Trust): WireClient {
  const plain = new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS })
  const secure = new HttpsAgent({ keepAlive: true, maxSockets: CONNECTIONS })
  return {
    async send(request) {
      const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>()
      const outgoing = startRequest(trust, request, request.door.secure ? secure : plain)
      outgoing.once('error', reject)
      outgoing.once('response', (answer) => finish(answer, request.headOnly, resolve))
      outgoing.once('upgrade', (_answer, socket) => {
        socket.destroy()
        reject(new Error('the gate left HTTP without being asked'))
      })
      outgoing.end()
      return promise
    },
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}

/** The handshake of a WebSocket (RFC 6455 section 4.1), each over a connection of its own. */
export function createWebSocket(trust: Trust): WireClient {
  return {
    async send(request) {
      const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>()
      const handshake = [
        'connection',
        'Upgrade',
        'upgrade',
        'websocket',
        'sec-websocket-version',
        '13',
        'sec-websocket-key',
        'Y2FzdGVsbGFuIHByb2JlIQ==',
      ]
      const outgoing = startRequest(trust, { ...request, headers: [...handshake, ...request.headers] }, false)
      outgoing.once('error', reject)
      outgoing.once('response', (answer) => finish(answer, true, resolve))
      outgoing.once('upgrade', (answer, socket) => {
        socket.destroy()
        resolve({ status: 101, headers: answer.headers })
      })
      outgoing.end()
      return promise
    },
    close() {},
  }
}

function startRequest(trust: Trust, request: WireRequest, agent: HttpAgent | false): ClientRequest {
  const { door, method, path, authority, serverName } = request
  const common = {
    method,
    path,
    agent,
    headers: ['host', authority, ...request.headers],
    signal: AbortSignal.timeout(PATIENCE),
  }
  return door.secure
    ? httpsRequest({ ...tlsClient(trust, door, serverName), ...common })
    : httpRequest({ host: door.address, port: door.port, ...common })
}

function finish(answer: IncomingMessage, headOnly: boolean, resolve: (answer: WireAnswer) => void): void {
  const found = { status: answer.statusCode ?? 0, headers: answer.headers }
  answer.on('error', () => undefined)
  if (headOnly) {
    answer.destroy()
    resolve(found)
  } else {
    answer.resume()
    answer.once('close', () => resolve(found))
  }
}
