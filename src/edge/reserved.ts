import type { Policy } from '../config/policy.ts'
import { cookieValue, ownCookie, PRE_LOGIN_COOKIE, SESSION_COOKIE } from '../kernel/cookies.ts'
import { errorText } from '../kernel/errors.ts'
import type { EdgeGuard } from '../kernel/guard.ts'
import { loginState } from '../kernel/login-state.ts'
import type { GateRequest } from '../kernel/request.ts'
import { leadToPortal } from '../kernel/sign-in.ts'
import type { Verdict } from '../kernel/verdict.ts'
import type { Questions } from '../link/messages.ts'
import { reasons } from './reasons.ts'

export interface ReservedPorts {
  redeem(ask: Questions['redeem']['ask']): Promise<Questions['redeem']['answer']>
  endSession(ask: Questions['end-session']['ask']): Promise<boolean>
  /** The key authorization of an ACME token; undefined when the token is unknown. */
  challenge(token: string): string | undefined
}

const OWN = '/.castellan'
const CODE = /^[A-Za-z0-9_-]{43}$/

/**
 * The paths that every site reserves. The application never sees them: `/.castellan/callback` takes the code of the
 * portal, `/.castellan/start` and
 * `continue` hand a sign-in on to the other sites of a group, `/.castellan/sign-out` ends the session.
 */
export function createReserved(ports: ReservedPorts): EdgeGuard<Policy> {
  return {
    id: 'edge',
    reasons,
    compile(policy) {
      const portal = policy.sites.length - 1
      return {
        site(index) {
          if (index === portal) return (request) => answerChallenge(request, ports)
          return (request) => {
            const challenge = answerChallenge(request, ports)
            if (challenge !== undefined) return challenge
            if (!request.folded[0]!.startsWith(OWN)) return undefined
            const [, first = '', second = '', rest] = request.folded[0]!.split('/', 4)
            if (first !== '.castellan') return undefined
            if (second === 'start' && rest === undefined) return start(request, policy)
            if (second === 'continue' && rest === undefined) return goOn(request, policy)
            if (second === 'callback' && rest === undefined) return callback(request, ports)
            if (second === 'sign-out' && rest === undefined) return signOut(request, ports, policy)
            return { reason: reasons.reserved }
          }
        },
      }
    },
  }
}

const ACME = '/.well-known/acme-challenge/'

/** Only tokens that control published are answered; an application may answer others itself. */
function answerChallenge({ path, secure }: GateRequest, ports: ReservedPorts): Verdict | undefined {
  if (secure || !path.startsWith(ACME)) return undefined
  const body = ports.challenge(path.slice(ACME.length))
  return body === undefined ? { reason: reasons.reserved } : { reason: reasons.challenge, body }
}

/** Exchanges the code for this site's session. The nonce in the cookie shows that this browser asked for it. */
async function callback(request: GateRequest, ports: ReservedPorts): Promise<Verdict> {
  const code = new URLSearchParams(request.query).get('code') ?? ''
  const nonce = cookieValue(request.headers.get('cookie'), PRE_LOGIN_COOKIE)
  if (request.method !== 'GET' || !CODE.test(code) || nonce === undefined) return { reason: reasons.signInAgain }
  const ask = { code, site: request.host, state: loginState(nonce), address: request.client.text }
  const granted = await ports.redeem(ask).catch((error: unknown) => ({ failure: errorText(error) }))
  if (granted !== null && 'failure' in granted) return { reason: reasons.controlAway, detail: granted.failure }
  if (granted === null) return { reason: reasons.signInAgain }
  return {
    reason: reasons.signedIn,
    headers: [
      'location',
      granted.next ?? granted.returnTo,
      'set-cookie',
      ownCookie(SESSION_COOKIE, granted.token, granted.maxAge),
      'set-cookie',
      ownCookie(PRE_LOGIN_COOKIE, '', 0),
      'cache-control',
      'no-store',
      'referrer-policy',
      'no-referrer',
    ],
  }
}

/** The sign-in of one site of a group goes on with the next: the portal knows the person already. */
function start(request: GateRequest, policy: Policy): Verdict {
  const to = groupTarget(request, policy)
  if (to === undefined || request.method !== 'GET') return { reason: reasons.reserved }
  const returnTo = `/.castellan/continue?to=${encodeURIComponent(to)}`
  return leadToPortal(request, { portal: policy.config.portal, reason: reasons.portal, rule: '', returnTo })
}

function goOn(request: GateRequest, policy: Policy): Verdict {
  const to = groupTarget(request, policy)
  return to === undefined ? { reason: reasons.reserved } : { reason: reasons.signedIn, headers: ['location', to] }
}

/** The address in `to`, if it lies on a site of the same group; no other place is ever gone to. */
function groupTarget(request: GateRequest, policy: Policy): string | undefined {
  const { group } = policy.sites[request.site]!
  const to = URL.parse(new URLSearchParams(request.query).get('to') ?? '')
  if (group === undefined || to === null || to.username !== '' || to.password !== '') return undefined
  return policy.sites.some((site, index) => site.group === group && policy.origins[index] === to.origin)
    ? to.href
    : undefined
}

/** Ends the sign-in everywhere. Only a page of the site itself may ask for it. */
async function signOut(request: GateRequest, ports: ReservedPorts, policy: Policy): Promise<Verdict> {
  const origin = request.headers.get('origin')
  const own = policy.origins[request.site]
  if (
    request.method !== 'POST' ||
    (origin ?? request.headers.get('sec-fetch-site')) !== (origin === undefined ? 'same-origin' : own)
  ) {
    return { reason: reasons.portal, headers: ['location', new URL('/sign-out', policy.config.portal).href] }
  }
  const { session } = request
  request.session = null // else this very answer is broken off with everything that lives on the session
  if (session !== null) await ports.endSession({ id: session.id, address: request.client.text })
  return {
    reason: reasons.portal,
    headers: [
      'location',
      policy.config.portal,
      'set-cookie',
      ownCookie(SESSION_COOKIE, '', 0),
      'cache-control',
      'no-store',
    ],
  }
}
