import type { SignInResult } from '../services.ts'
import { redirect, showPage } from './answers.ts'
import { EMAIL_LENGTH, PASSWORD_LENGTH } from './bounds.ts'
import { type Destination, destinationBounds, readDestination } from './destination.ts'
import { readFields, readForm } from './form.ts'
import type { Complaint } from './pages/parts.ts'
import { signInPage } from './pages/sign-in.ts'
import { codeAt, startSession } from './start-session.ts'
import type { Handler, Visit } from './visit.ts'

/** The form; somebody who is signed in is sent on at once. */
export const getSignIn: Handler = async (visit, ports) => {
  const destination = readDestination(readFields(visit.url.search, destinationBounds), visit)
  if (visit.signedIn === undefined) return form(visit, destination)
  if (destination === undefined) return redirect('/account')
  return redirect(await codeAt(destination, visit.signedIn.session.id, ports))
}

export const postSignIn: Handler = async (visit, ports) => {
  const fields = await readForm(visit.request, {
    email: EMAIL_LENGTH,
    password: PASSWORD_LENGTH,
    ...destinationBounds,
  })
  const destination = readDestination(fields, visit)
  const result = await ports.accounts.signIn(fields.email.trim(), fields.password, visit.by, visit.device)
  if ('user' in result) return startSession(result.user, destination ?? '/account', visit, ports)
  return form(visit, destination, { email: fields.email, ...refusal(result) })
}

interface Refused {
  readonly email: string
  readonly complaint: Complaint
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

function form(visit: Visit, destination: Destination | undefined, refused?: Refused): Response {
  const page = signInPage({
    place: visit.place,
    destination: destination && { ...destination, site: destination.site.host },
    ...(refused && { email: refused.email, complaint: refused.complaint }),
  })
  return showPage(page, {
    formTargets: destination === undefined ? [] : ANYWHERE,
    ...(refused && { status: refused.status, headers: refused.headers ?? {} }),
  })
}

/**
 * Chromium applies `form-action` to every redirect that follows a form: to the site, and on to wherever the application
 * then sends its visitor, such as an identity provider that nobody here knows.
 */
const ANYWHERE = ['https:']

/** One sentence for every cause that tells about an account. */
function refusal(result: Extract<SignInResult, { refused: string }>): Omit<Refused, 'email'> {
  if (result.refused === 'wrong') {
    return {
      status: 401,
      complaint: { message: 'E-mail address or password is wrong.', hint: 'Look at both and try again.' },
    }
  }
  if (result.refused === 'throttled') {
    const seconds = Math.max(1, Math.ceil(result.retryAfterMs / 1_000))
    const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
    return {
      status: 429,
      headers: { 'retry-after': String(seconds) },
      complaint: { message: 'Too many attempts.', hint: `Wait ${wait}, then try again.` },
    }
  }
  return {
    status: 503,
    headers: { 'retry-after': '5' },
    complaint: { message: 'Many people are signing in just now.', hint: 'Wait a few seconds, then try again.' },
  }
}
