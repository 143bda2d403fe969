import { readFileSync } from 'node:fs'
import { request } from 'node:https'

export interface ProgramRequest {
  /** Path of the authority's certificate (PEM); null where the system's authorities do. */
  readonly ca: string | null
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/**
 * What a program gets that is no browser and has no session: status and headers. It connects to 127.0.0.1, as Node asks
 * the system for *.localhost and not every system knows it. An answer that comes before the body was sent is an answer.
 */
export function asProgram(
  url: string,
  options: ProgramRequest,
): Promise<{ status: number; headers: NodeJS.Dict<unknown> }> {
  const { hostname, host, port, pathname, search } = new URL(url)
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      servername: hostname,
      ca: options.ca === null ? undefined : readFileSync(options.ca),
      method: options.method ?? 'GET',
      path: pathname + search,
      headers: { host, ...options.headers },
      agent: false,
    })
    outgoing.on('error', reject)
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, headers: response.headers })
    })
    outgoing.on('response', (response) => {
      // Resolved already: a connection that closes under the rest of the body changes nothing.
      outgoing.removeAllListeners('error').on('error', () => {})
      response.on('error', () => {}).resume()
      resolve({ status: response.statusCode ?? 0, headers: response.headers })
    })
    if (options.headers?.['expect'] === undefined) outgoing.end(options.body)
    else {
      outgoing.on('continue', () => outgoing.end(options.body))
      outgoing.flushHeaders()
    }
  })
}
