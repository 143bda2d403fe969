import { html } from 'hono/html'
import type { Page } from '../../../pages/layout.ts'
import { EMAIL_LENGTH, PASSWORD_LENGTH } from '../bounds.ts'
import { type Complaint, complaintBox, field, hidden } from './parts.ts'

interface SetupView {
  readonly place: string
  readonly secret: string
  readonly email?: string
  readonly complaint?: Complaint
}

export function setupPage({ place, secret, email = '', complaint }: SetupView): Page {
  const wrong = complaint !== undefined
  const about = complaint?.field ?? 'email'
  const main = html`<section class="card">
<h1>Welcome</h1>
<p class="quiet">Create the first account. It is the administrator of everything behind this gate.</p>
${complaintBox(complaint)}
<form class="fields" method="post" action="/setup">
${hidden('secret', secret)}
${field({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', most: EMAIL_LENGTH, value: email, focused: about === 'email', invalid: wrong && about === 'email' })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', most: PASSWORD_LENGTH, hint: 'Long is better than complicated: four or five random words are good.', focused: about === 'password', invalid: about === 'password' })}
${field({ name: 'password-again', label: 'Password again', type: 'password', autocomplete: 'new-password', most: PASSWORD_LENGTH, invalid: about === 'password' })}
<button class="full">Create account</button>
</form>
</section>`
  return {
    title: `${wrong ? 'Error: ' : ''}Set up ${place}`,
    main: String(main),
    bottom: `You are at ${place}. This link works once, for an hour after it was printed.`,
  }
}
