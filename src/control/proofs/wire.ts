import { once } from 'node:events'
import { isIP } from 'node:net'
import {
  type ConnectionOptions,
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
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
 * What certificates are verified with. Probes go to sockets of this host, so a certificate that no public authority
 * vouches for is reported by its own control and does not stop the other proofs; one that is not of the internal
 * authority does.
 */
export interface Trust {
  /** Made once: reading all public authorities takes some ten milliseconds. */
  readonly context: SecureContext
  readonly strict: boolean
}

/** Trust in the internal authority alone. */
export function trustInternal(pem: string): Trust {
  return { context: createSecureContext({ ca: pem }), strict: true }
}

/** Trust in the public authorities, in those of this host, and in the chain of the operator's own certificate file. */
export function trustPublic(own: readonly string[]): Trust {
  const ca = [...getCACertificates('default'), ...getCACertificates('system'), ...own]
  return { context: createSecureContext({ ca, allowPartialTrustChain: true }), strict: false }
}

/** Where a connection goes; the name in the certificate is a matter of `tls.certificate` alone. */
export function tlsClient({ context, strict }: Trust, door: Door, serverName: string): ConnectionOptions {
  const place = tlsPlace(door, serverName)
  return {
    ...place,
    secureContext: context,
    rejectUnauthorized: strict && serverName !== '',
    checkServerIdentity: () => undefined,
  }
}

/** The same without any opinion about the certificate, nor about versions and ciphers. */
export function tlsPlace({ address, port }: Door, serverName: string): ConnectionOptions {
  return {
    host: address,
    port,
    rejectUnauthorized: false,
    ...(serverName === '' || isIP(serverName) !== 0 ? {} : { servername: serverName }),
  }
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
