/** Where a load driver connects, and what it says there. */
export interface Endpoint {
  readonly port: number
  readonly tls: boolean
  /** Host header and, over TLS, server name: `app.localhost:17001`. The connection itself goes to 127.0.0.1. */
  readonly authority: string
  readonly cookie?: string
}

/** The host name of an endpoint, without the port: what TLS calls the server name. */
export function serverName(endpoint: Endpoint): string {
  return endpoint.authority.replace(/:\d+$/, '')
}

export function url(endpoint: Endpoint, path = '/'): string {
  return `${endpoint.tls ? 'https' : 'http'}://${endpoint.authority}${path}`
}
