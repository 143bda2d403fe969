import { html } from 'hono/html'
import type { Page } from '../../../pages/layout.ts'
import type { SessionListing, User } from '../../services.ts'
import { PASSWORD_LENGTH } from '../bounds.ts'
import type { PortalSite } from '../ports.ts'
import { type Complaint, complaintBox, field, type Html, hidden, noticeBox } from './parts.ts'
import { ago } from './time.ts'

export interface AccountView {
  readonly place: string
  readonly user: User
  /** The portal session that looks at the page. */
  readonly session: SessionListing
  /** All sessions of this person. */
  readonly sessions: readonly SessionListing[]
  readonly sites: readonly PortalSite[]
  readonly now: number
  readonly notice?: string | undefined
  readonly complaint?: Complaint | undefined
}

export function accountPage(view: AccountView): Page {
  const main = html`${noticeBox(view.notice)}
${person(view.user)}
${sites(view.sites)}
${sessions(view)}
${password(view)}`
  const corner = html`<form method="post" action="/sign-out"><button class="plain compact">Sign out</button></form>`
  return {
    title: `${view.complaint === undefined ? '' : 'Error: '}My account at ${view.place}`,
    main: String(main),
    corner: String(corner),
    bottom: `You are at ${view.place}.`,
    wide: true,
  }
}

function person({ email, roles }: User): Html {
  return html`<section class="card">
<h1>My account</h1>
<p>You are signed in as <strong>${email}</strong>.</p>
<p class="quiet">${roles.length === 0 ? 'You have no special role.' : html`Your roles: ${roles.map((role) => html`<span class="badge">${role}</span> `)}`}</p>
</section>`
}

function sites(found: readonly PortalSite[]): Html {
  return html`<section class="card">
<h2>Sites</h2>
<p class="quiet">Your account opens these, as far as their rules allow.</p>
<ul class="rows links">${found.map(({ host, origin }) => html`<li><a class="go" href="${origin}/"><span>${host}</span></a></li>`)}</ul>
</section>`
}

function sessions({ session, sessions: all, now }: AccountView): Html {
  const portals = all.filter(({ id, parent }) => id === parent).sort((a, b) => b.lastSeen - a.lastSeen)
  const ordered = [...portals.filter(({ id }) => id === session.id), ...portals.filter(({ id }) => id !== session.id)]
  return html`<section class="card">
<h2>Sessions</h2>
<p class="quiet">Each browser that you signed in with, and the sites it opened. If you do not know one, end it and change your password.</p>
<ul class="rows">${ordered.map((portal) => browser(portal, portal.id === session.id, all, now))}</ul>
</section>`
}

function browser(portal: SessionListing, current: boolean, all: readonly SessionListing[], now: number): Html {
  const children = all.filter(({ id, parent }) => parent === portal.id && id !== portal.id)
  return html`<li>
<div class="row"><div><h3>${current ? html`This browser <span class="badge">you are here</span>` : 'Another browser'}</h3>
${times(portal, now)}</div>${endButton(portal, current ? 'this browser' : `the browser of ${new Date(portal.created).toISOString()}`)}</div>
${children.length === 0 ? '' : html`<ul class="under">${children.map((child) => siteSession(child, now))}</ul>`}
</li>`
}

function siteSession(child: SessionListing, now: number): Html {
  return html`<li class="row"><div><h3>${child.site}</h3>${times(child, now)}</div>${endButton(child, child.site)}</li>`
}

function times({ created, lastSeen }: SessionListing, now: number): Html {
  return html`<p class="quiet small">Used ${ago(lastSeen, now)}, started ${ago(created, now)}</p>`
}

function endButton({ id }: SessionListing, what: string): Html {
  return html`<form method="post" action="/account/sessions/end">${hidden('id', id)}<button class="plain compact" aria-label="End the session of ${what}">End</button></form>`
}

function password({ user, complaint }: AccountView): Html {
  const about = complaint?.field
  const next = { type: 'password', autocomplete: 'new-password', most: PASSWORD_LENGTH } as const
  return html`<section class="card" id="password-form">
<h2>Change password</h2>
<p class="quiet">Every other session of yours ends. You stay signed in here.</p>
${complaintBox(complaint)}
<form class="fields" method="post" action="/account/password">
<input type="email" value="${user.email}" autocomplete="username" hidden readonly>
${field({ name: 'current-password', label: 'Current password', type: 'password', autocomplete: 'current-password', most: PASSWORD_LENGTH, invalid: about === 'current-password', focused: complaint !== undefined })}
${field({ ...next, name: 'password', label: 'New password', hint: 'Long is better than complicated: four or five random words are good.', invalid: about === 'password' })}
${field({ ...next, name: 'password-again', label: 'New password again', invalid: about === 'password' })}
<button>Change password</button>
</form>
</section>`
}
