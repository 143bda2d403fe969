import { parseAddress } from '../../kernel/address.ts'
import { cookieValue, DEVICE_COOKIE, PORTAL_COOKIE } from '../../kernel/cookies.ts'
import type { Actor, SessionListing, User } from '../services.ts'
import type { PortalPolicy, PortalPorts } from './ports.ts'

/** One request to the portal: who asks, and under which policy. */
export interface Visit {
  readonly request: Request
  readonly url: URL
  readonly policy: PortalPolicy
  /** Host of the portal, with a port where it has one. */
  readonly place: string
  readonly requestId: string
  readonly by: Actor
  /** The token that says whose browser this is; it proves nothing but that. */
  readonly device: string | undefined
  readonly signedIn: { readonly session: SessionListing; readonly user: User } | undefined
}

/** Answers one request of a visitor. */
export type Handler = (visit: Visit, ports: PortalPorts) => Response | Promise<Response>

/** Reads what the edge says of the request, and whose session it belongs to. Throws when the edge said nothing. */
export async function readVisit(request: Request, policy: PortalPolicy, { sessions }: PortalPorts): Promise<Visit> {
  const address = parseAddress(request.headers.get('x-forwarded-for') ?? '')
  if (address === undefined) throw new Error('the edge did not say which client asks')
  const cookies = request.headers.get('cookie') ?? undefined
  const token = cookieValue(cookies, PORTAL_COOKIE)
  const device = cookieValue(cookies, DEVICE_COOKIE)
  const signedIn = token?.length === 43 ? await sessions.portal(token) : undefined
  const agent = (request.headers.get('user-agent') ?? '').slice(0, 512)
  return {
    request,
    url: new URL(request.url),
    policy,
    place: new URL(policy.portal).host,
    requestId: requestId(request),
    by: { id: signedIn?.user.id ?? 'stranger', address: address.text, agent },
    device: device?.length === 43 ? device : undefined,
    signedIn,
  }
}

/** The id that the edge gave the request; people are told it. */
export function requestId(request: Request): string {
  return (request.headers.get('x-request-id') ?? 'unknown').slice(0, 64)
}
