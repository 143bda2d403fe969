import type { GateRequest } from '../kernel/request.ts'

/** How applications are told about the public side of a site. */
export interface PublicSide {
  /** `app.localhost:8443`; without the port when it is 443. */
  readonly host: string
  readonly port: string
}

/** Takes an origin such as `https://app.localhost:8443` apart. */
export function publicSide(origin: string): PublicSide {
  const url = new URL(origin)
  return { host: url.host, port: url.port === '' ? '443' : url.port }
}

/**
 * What the upstream receives: the client's headers without those that end here or that only the gate may set, and then
 * the gate's own. Takes ownership of `request.headers.forward`.
 */
export function upstreamHeaders(request: GateRequest, side: PublicSide): string[] {
  const list = request.headers.forward
  if (request.cookie !== '') list.push('cookie', request.cookie)
  const client = request.client.text
  list.push(
    'host',
    side.host,
    'x-forwarded-for',
    client,
    'x-forwarded-proto',
    'https',
    'x-forwarded-host',
    side.host,
    'x-forwarded-port',
    side.port,
    'x-real-ip',
    client,
    'x-request-id',
    request.id,
  )
  return list
}
