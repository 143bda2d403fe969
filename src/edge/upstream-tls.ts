import { isIP } from 'node:net'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'

export interface UpstreamTls {
  /** Name that TLS asks for and the certificate must hold; empty for an address, which TLS can't ask for (RFC 6066). */
  readonly servername: string
  /** For an address: the certificate must hold it, whatever public name is in `Host`. */
  readonly checkServerIdentity?: NonNullable<ConnectionOptions['checkServerIdentity']>
}

/** Name or address of an upstream, without the brackets of IPv6. */
export function upstreamHost(origin: string): string {
  return new URL(origin).hostname.replace(/^\[|\]$/g, '')
}

/** What the certificate of an upstream is checked against: the host of its own origin. */
export function upstreamTls(origin: string): UpstreamTls {
  const host = upstreamHost(origin)
  if (isIP(host) === 0) return { servername: host }
  return { servername: '', checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate) }
}
