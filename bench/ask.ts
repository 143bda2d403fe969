import { request as http, type IncomingMessage } from 'node:http'
import { request as https } from 'node:https'
import { text } from 'node:stream/consumers'
import { type Endpoint, serverName } from './endpoint.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Question {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  /** The client's address: any of 127.0.0.0/8 is this machine. */
  readonly from?: string
}

/**
 * One request over HTTP/1.1; redirects are not followed. Certificates are not verified: the
 * peers' are self-signed, and what is measured here is not trust.
 */
export async function ask(endpoint: Endpoint, question: Question = {}): Promise<Answer> {
  const { method = 'GET', path = '/', headers = {}, body, from } = question
  const options = {
    host: '127.0.0.1',
    port: endpoint.port,
    method,
    path,
    headers: { host: endpoint.authority, ...(endpoint.cookie ? { cookie: endpoint.cookie } : {}), ...headers },
    ...(from ? { localAddress: from } : {}),
  }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = endpoint.tls
    ? https({ ...options, agent: false, servername: serverName(endpoint), rejectUnauthorized: false })
    : http({ ...options, agent: false })
  request.on('response', resolve).on('error', reject).end(body)
  const response = await promise
  return { status: response.statusCode!, headers: response.headers, body: await text(response) }
}

/** Before anything is measured: the answer must be the upstream's, not an error page that happens to be fast. */
export async function expectHello(what: string, endpoint: Endpoint, question: Question = {}): Promise<void> {
  const { status, body } = await ask(endpoint, question)
  if (status !== 200 || body !== 'hello') throw new Error(`${what} answered ${status}: ${body.slice(0, 200)}`)
}
