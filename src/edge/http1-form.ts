import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RequestHeaders } from '../kernel/request-headers.ts'

/** Most header lines of a request, over HTTP/2 too. */
export const MAX_LINES = 200

/**
 * Marks what Node's parser takes and nobody should. HTTP/0.9 has no Host, HTTP/1.0 no chunks (RFC 9112 section 6.1), and
 * HTTP/2.0 is not written in lines.
 */
export function checkHead({ httpVersion, rawHeaders }: IncomingMessage, headers: RequestHeaders): void {
  if (rawHeaders.length > 2 * MAX_LINES) headers.malformed = `more than ${MAX_LINES} headers`
  if (httpVersion === '1.1') return
  if (httpVersion !== '1.0') headers.malformed = 'a version that is not 1.0 or 1.1'
  else if (headers.get('transfer-encoding') !== undefined) headers.malformed = 'Transfer-Encoding in HTTP/1.0'
}

/** Only a WebSocket leaves HTTP; `h2c` and others are served as if they had not asked (RFC 9110 section 7.8). */
export function isWebSocket(message: IncomingMessage): boolean {
  return message.method === 'GET' && message.headers.upgrade?.toLowerCase() === 'websocket'
}

/** On a socket, the last request that had a body, with its answer. */
const CURRENT = Symbol('current')

/** Remembers on its socket that this request has a body, for `isAnswered`. */
export function markCurrent(message: IncomingMessage, response: ServerResponse): void {
  Object.assign(message.socket, { [CURRENT]: { message, response } })
}

/** Whether the request whose body just now went wrong has its answer already. */
export function isAnswered(socket: object): boolean {
  const current = (socket as { [CURRENT]?: { message: IncomingMessage; response: ServerResponse } })[CURRENT]
  return current !== undefined && !current.message.complete && current.response.headersSent
}

/** The status line for what Node's parser refuses. */
export function rawStatus(error: NodeJS.ErrnoException): string {
  if (error.code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large'
  return error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request'
}

/** Answers where there is no request to answer, and closes. */
export function refuseRaw(socket: Duplex, status: string): void {
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  else socket.destroy()
}
