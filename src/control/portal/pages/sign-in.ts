import { html } from 'hono/html'
import type { Page } from '../../../pages/layout.ts'
import { EMAIL_LENGTH, PASSWORD_LENGTH } from '../bounds.ts'
import { type Complaint, complaintBox, field, hidden } from './parts.ts'

interface SignInView {
  /** Host of the portal. */
  readonly place: string
  /** The site that the person is on the way to; undefined for the portal itself. */
  readonly destination?: { readonly site: string; readonly returnTo: string; readonly state: string } | undefined
  readonly email?: string
  readonly complaint?: Complaint
}

export function signInPage({ place, destination, email = '', complaint }: SignInView): Page {
  const wrong = complaint !== undefined
  const main = html`<section class="card">
<h1>Sign in</h1>
<p class="quiet">${destination ? html`to continue to <strong>${destination.site}</strong>` : 'to your account'}</p>
${complaintBox(complaint)}
<form class="fields" method="post" action="/sign-in">
${destination ? [hidden('site', destination.site), hidden('return', destination.returnTo), hidden('state', destination.state)] : ''}
${field({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', most: EMAIL_LENGTH, value: email, focused: !wrong, invalid: wrong })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', most: PASSWORD_LENGTH, focused: wrong, invalid: wrong })}
<button class="full">Sign in</button>
</form>
</section>`
  return {
    title: `${wrong ? 'Error: ' : ''}Sign in to ${destination?.site ?? place}`,
    main: String(main),
    bottom: `You are at ${place}. Enter your password nowhere else.`,
  }
}
