import { type ConnectionOptions, connect as connectTls, getCACertificates, type TLSSocket } from 'node:tls'
import { isIP } from 'node:net'
import { once } from 'node:events'
import type { Door } from '../../kernel/guard.ts'

/** The longest wait for a connection or an answer, in ms. */
export const PATIENCE = 5_000

/** One request, as it goes over the wire. */
export interface WireRequest {
  readonly door: Door
  readonly method: string
  readonly path: string
  readonly authority: string
  readonly serverName: string
  /** Flat list. */
  readonly headers: readonly string[]
  /** The head of the answer is enough: what follows may be long. */
  readonly headOnly: boolean
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Speaks one protocol over connections that it keeps for the time of a run. */
export interface WireClient {
  /** Rejects when there was no answer. */
  send(request: WireRequest): Promise<WireAnswer>
  close(): void
}

/**
 * What certificates are verified with: PEM of the internal authority, or null for those of others. Probes go to sockets
 * of this host, so a certificate that nobody trusts is reported by its own control and does not stop the other proofs.
 */
export interface Trust {
  readonly internal: string | null
  /** PEM that an operator's own certificate file adds to the public authorities; empty when there is none. */
  readonly own: string
}

export function tlsClient(trust: Trust, door: Door, serverName: string): ConnectionOptions {
  return {
    host: door.address,
    port: door.port,
    ...(serverName === '' || isIP(serverName) !== 0 ? {} : { servername: serverName }),
    ca: authorities(trust),
    allowPartialTrustChain: true,
    rejectUnauthorized: trust.internal !== null && serverName !== '',
  }
}

function authorities({ internal, own }: Trust): string[] {
  if (internal !== null) return [internal]
  return [...getCACertificates('default'), ...getCACertificates('system'), ...(own === '' ? [] : [own])]
}

/** Opens a TLS connection; rejects when the other side refuses or stays silent. */
export async function openTls(options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connectTls(options)
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(PATIENCE) })
    socket.on('error', () => socket.destroy())
    return socket
  } catch (error) {
    socket.on('error', () => undefined)
    socket.destroy()
    throw error
  }
}
