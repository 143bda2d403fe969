import { randomBytes } from 'node:crypto'
import { cookieValue, ownCookie, PRE_LOGIN_COOKIE } from './cookies.ts'
import { loginState } from './login-state.ts'
import type { GateRequest } from './request.ts'
import type { Reason, Verdict } from './verdict.ts'

const PRE_LOGIN_SECONDS = 3_600
const NONCE = /^[A-Za-z0-9_-]{43}$/

/**
 * A browser that navigates is led to the portal; a program, a fetch or a WebSocket is told 401. The state in the
 * address is the hash of a nonce that only this browser has in a short cookie, so that nobody can sign another person
 * in as himself. A nonce that is there already is kept: two tabs may sign in at once.
 */
export function signInVerdict(request: GateRequest, portal: string, reason: Reason, rule: string): Verdict {
  return isNavigation(request)
    ? leadToPortal(request, { portal, reason, rule, returnTo: request.target })
    : { reason, rule }
}

export interface SignInStart {
  readonly portal: string
  readonly reason: Reason
  readonly rule: string
  /** Path and query on the site to come back to. */
  readonly returnTo: string
}

/** The redirect to the portal, with a state that is bound to this browser. */
export function leadToPortal(request: GateRequest, { portal, reason, rule, returnTo }: SignInStart): Verdict {
  const before = cookieValue(request.headers.get('cookie'), PRE_LOGIN_COOKIE)
  const nonce = before !== undefined && NONCE.test(before) ? before : randomBytes(32).toString('base64url')
  const address = new URL('/sign-in', portal)
  address.searchParams.set('site', request.host)
  address.searchParams.set('return', returnTo)
  address.searchParams.set('state', loginState(nonce))
  return {
    reason: { ...reason, status: 303 },
    rule,
    headers: [
      'location',
      address.href,
      'set-cookie',
      ownCookie(PRE_LOGIN_COOKIE, nonce, PRE_LOGIN_SECONDS),
      'cache-control',
      'no-store',
    ],
  }
}

function isNavigation({ method, protocol, headers }: GateRequest): boolean {
  if (protocol === 'websocket' || (method !== 'GET' && method !== 'HEAD')) return false
  const mode = headers.get('sec-fetch-mode')
  if (mode !== undefined) return mode === 'navigate'
  return (headers.get('accept') ?? '').includes('text/html')
}
