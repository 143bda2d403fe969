import { DEVICE_COOKIE, ownCookie, PORTAL_COOKIE } from '../../kernel/cookies.ts'
import type { User } from '../services.ts'
import { redirect } from './answers.ts'
import { callbackUrl, type Destination } from './destination.ts'
import type { PortalPorts } from './ports.ts'
import type { Visit } from './visit.ts'

/** 400 days, the longest that browsers keep a cookie (RFC 6265bis); renewed at every sign-in. */
const DEVICE_SECONDS = 400 * 86_400

/** Where somebody arrives who came for the portal itself. */
export type Home = '/account' | '/account?done=password'

/**
 * Signs this browser in with a new session and sends it on. The one that it had, also somebody else's, ends first, so
 * that a session that was planted or known before never becomes a signed-in one (session fixation, CWE-384).
 */
export async function startSession(
  user: User,
  next: Destination | Home,
  visit: Visit,
  ports: PortalPorts,
): Promise<Response> {
  const by = { ...visit.by, id: user.id }
  if (visit.signedIn !== undefined) await ports.sessions.end({ id: visit.signedIn.session.id }, by, 'signed in again')
  const device = await ports.accounts.trustDevice(user, visit.device)
  const { token, session } = await ports.sessions.startPortal(user, by)
  const location = typeof next === 'string' ? next : await codeAt(next, session.id, ports)
  return redirect(location, ownCookie(PORTAL_COOKIE, token), ownCookie(DEVICE_COOKIE, device, DEVICE_SECONDS))
}

/** The address of the site with a code of this portal session, by id. */
export async function codeAt(destination: Destination, portal: string, ports: PortalPorts): Promise<string> {
  const { site, state, returnTo } = destination
  return callbackUrl(destination, await ports.sessions.issueCode({ portal, site: site.host, state, returnTo }))
}
