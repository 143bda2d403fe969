import { CastellanError } from '../../kernel/errors.ts'

/**
 * Whether a write comes from a page of the portal. `app.example.org` and `auth.example.org` are the same site to a
 * browser, so `SameSite` does not help, and `Sec-Fetch-Site: same-site` is as foreign as `cross-site`. `Origin` decides
 * where there is one, also `null`; programs that send neither are refused. Throws CastellanError `portal.origin`.
 */
export function demandSameOrigin(headers: Headers, portal: string): void {
  const origin = headers.get('origin')
  const allowed = origin === null ? headers.get('sec-fetch-site') === 'same-origin' : origin === portal
  if (allowed) return
  throw new CastellanError('portal.origin', 'This form was not sent from this page.', {
    hint: 'Open the page again and send the form from there.',
  })
}

/**
 * Refuses a request for another host name: a rebound name of an attacker is same-origin with itself. The port is the
 * listener's matter. Throws CastellanError `portal.host`.
 */
export function demandHost(headers: Headers, portal: string): void {
  const ours = new URL(portal).hostname
  const names = [headers.get('host'), headers.get('x-forwarded-host')].filter((name) => name !== null)
  const matches = names.map((name) => name.toLowerCase().replace(/:[0-9]{1,5}$/, '') === ours)
  if (matches.length > 0 && !matches.includes(false)) return
  throw new CastellanError('portal.host', 'This is not the address of the sign-in page.')
}
