import { ownCookie, PORTAL_COOKIE } from '../../kernel/cookies.ts'
import { CastellanError } from '../../kernel/errors.ts'
import type { Actor } from '../services.ts'
import { redirect, showPage } from './answers.ts'
import { PASSWORD_LENGTH, TOKEN_LENGTH } from './bounds.ts'
import { complaintOf } from './errors.ts'
import { readFields, readForm } from './form.ts'
import { accountPage } from './pages/account.ts'
import type { Complaint } from './pages/parts.ts'
import { signedOutPage, signOutPage } from './pages/sign-out.ts'
import type { PortalPorts } from './ports.ts'
import { demandSame } from './setup.ts'
import { startSession } from './start-session.ts'
import type { Handler, Visit } from './visit.ts'

type SignedIn = NonNullable<Visit['signedIn']>
type OwnHandler = (who: SignedIn, visit: Visit, ports: PortalPorts) => Promise<Response>

const NOTICES: Readonly<Record<string, string>> = {
  password: 'Your password is changed. Every other session has ended.',
  session: 'The session has ended.',
}

const NO_COOKIE = ownCookie(PORTAL_COOKIE, '', 0)

/** Sends visitors without a session to the sign-in form. */
function own(handler: OwnHandler): Handler {
  return (visit, ports) => (visit.signedIn ? handler(visit.signedIn, visit, ports) : redirect('/sign-in'))
}

export const getAccount = own(async (who, visit, ports) => {
  const { done } = readFields(visit.url.search, { done: 16 })
  return showPage(await account(who, visit, ports, { notice: NOTICES[done] }))
})

async function account(
  { user, session }: SignedIn,
  { place, policy }: Visit,
  ports: PortalPorts,
  said: { notice?: string | undefined; complaint?: Complaint },
) {
  const sessions = await ports.sessions.list({ user: user.id })
  return accountPage({ place, user, session, sessions, sites: policy.sites, now: ports.clock(), ...said })
}

/** A new password ends all sessions, also those that a thief of the old one holds; this browser gets a new one. */
export const postPassword = own(async (who, visit, ports) => {
  const fields = await readForm(visit.request, {
    'current-password': PASSWORD_LENGTH,
    password: PASSWORD_LENGTH,
    'password-again': PASSWORD_LENGTH,
  })
  try {
    demandSame(fields.password, fields['password-again'])
    await ports.accounts.changePassword(who.user, fields['current-password'], fields.password, visit.by)
  } catch (error) {
    const { status, complaint, headers } = complaintOf(error)
    if (complaint.field === undefined) throw error
    return showPage(await account(who, visit, ports, { complaint }), { status, headers })
  }
  return startSession(who.user, '/account?done=password', { ...visit, signedIn: undefined }, ports)
})

/** Ends a session of this person by id; the id of somebody else's is not found. */
export const postEndSession = own(async ({ user, session }, visit, ports) => {
  const { id } = await readForm(visit.request, { id: TOKEN_LENGTH })
  const found = (await ports.sessions.list({ user: user.id })).some((other) => other.id === id)
  if (!found) {
    throw new CastellanError('portal.missing', 'This session is not there.', { hint: 'Perhaps it has ended already.' })
  }
  if (id === session.id) return signOut(id, visit.by, ports)
  await ports.sessions.end({ id }, visit.by, 'ended by its person')
  return redirect('/account?done=session')
})

export const getSignOut: Handler = ({ signedIn, place }) =>
  showPage(signedIn === undefined ? signedOutPage(place) : signOutPage(place, signedIn.user.email))

export const postSignOut: Handler = async ({ signedIn, by }, ports) =>
  signedIn === undefined ? redirect('/sign-out', NO_COOKIE) : signOut(signedIn.session.id, by, ports)

async function signOut(id: string, by: Actor, ports: PortalPorts): Promise<Response> {
  await ports.sessions.end({ id }, by, 'signed out')
  return redirect('/sign-out', NO_COOKIE)
}
