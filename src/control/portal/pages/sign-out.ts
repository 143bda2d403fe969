import { html } from 'hono/html'
import type { Page } from '../../../pages/layout.ts'

/** Asks once more; a GET never ends a session. */
export function signOutPage(place: string, email: string): Page {
  const main = html`<section class="card">
<h1>Sign out?</h1>
<p class="quiet">You are signed in as <strong>${email}</strong>. Signing out here ends your sessions on all sites in this browser.</p>
<form class="fields" method="post" action="/sign-out"><button class="full">Sign out</button></form>
<p class="fields"><a href="/account">Back to my account</a></p>
</section>`
  return { title: `Sign out of ${place}`, main: String(main), bottom: `You are at ${place}.` }
}

export function signedOutPage(place: string): Page {
  const main = html`<section class="card">
<h1>You are signed out</h1>
<p class="quiet">Your sessions on all sites in this browser have ended.</p>
<p class="fields"><a class="button full" href="/sign-in">Sign in again</a></p>
</section>`
  return { title: `Signed out of ${place}`, main: String(main), bottom: `You are at ${place}.` }
}
