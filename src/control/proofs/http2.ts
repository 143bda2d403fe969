import { type ClientHttp2Session, connect } from 'node:http2'
import { openTls, PATIENCE, type Trust, tlsClient, type WireAnswer, type WireClient, type WireRequest } from './wire.ts'

/** HTTP/2 with one connection for each door and server name. */
export function createHttp2(trust: Trust): WireClient {
  const sessions = new Map<string, Promise<ClientHttp2Session>>()
  const sessionFor = (request: WireRequest) => {
    const key = `${request.door.label} ${request.serverName}`
    const known = sessions.get(key)
    if (known !== undefined) return known
    const opened = openSession(trust, request)
    sessions.set(key, opened)
    const forget = () => void sessions.delete(key)
    opened.then((session) => session.once('close', forget), forget)
    return opened
  }
  return {
    async send(request) {
      return exchange(await sessionFor(request), request)
    },
    close() {
      for (const opened of sessions.values()) opened.then((session) => session.destroy()).catch(() => undefined)
    },
  }
}

async function openSession(trust: Trust, { door, serverName }: WireRequest): Promise<ClientHttp2Session> {
  const socket = await openTls({ ...tlsClient(trust, door, serverName), ALPNProtocols: ['h2'] })
  if (socket.alpnProtocol !== 'h2') {
    socket.destroy()
    throw new Error('HTTP/2 was not agreed on')
  }
  // Not in the types yet: without it Node's client refuses to send what a probe wants to see refused.
  const options = { createConnection: () => socket, strictSingleValueFields: false }
  const session = connect(`https://${serverName || 'localhost'}`, options)
  session.on('error', () => session.destroy())
  return session
}

function exchange(session: ClientHttp2Session, request: WireRequest): Promise<WireAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>()
  const { method, path, authority, headers, headOnly } = request
  const stream = session.request(
    [':method', method, ':scheme', 'https', ':authority', authority, ':path', path, ...headers] as never,
    { endStream: true, signal: AbortSignal.timeout(PATIENCE) },
  )
  stream.once('error', reject)
  stream.once('close', () => reject(new Error('the stream was closed without an answer')))
  stream.once('response', (found) => {
    const { ':status': status, ...rest } = found
    const answer = { status: status ?? 0, headers: rest as WireAnswer['headers'] }
    if (headOnly) {
      resolve(answer)
      stream.close()
    } else {
      stream.resume()
      stream.once('end', () => resolve(answer))
    }
  })
  return promise
}
