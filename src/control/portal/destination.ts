import { CastellanError } from '../../kernel/errors.ts'
import type { PortalSite } from './ports.ts'
import { returnPath } from './return-path.ts'
import type { Visit } from './visit.ts'

/** Where a person goes after signing in. */
export interface Destination {
  readonly site: PortalSite
  /** Path on the site, as a browser writes it. */
  readonly returnTo: string
  /** SHA-256 of the nonce in the visitor's pre-login cookie at the site, base64url. */
  readonly state: string
}

export const destinationBounds = { site: 253, return: 4_096, state: 43 } as const

/**
 * Reads a destination that came through the browser, so that anybody may have written it. Undefined without a site:
 * the portal itself. Throws CastellanError `portal.destination`.
 */
export function readDestination(
  fields: Readonly<Record<keyof typeof destinationBounds, string>>,
  { policy }: Visit,
): Destination | undefined {
  if (fields.site === '' && fields.return === '' && fields.state === '') return undefined
  const site = policy.sites.find(({ host }) => host === fields.site)
  const returnTo = site === undefined ? undefined : returnPath(fields.return || '/', site.origin)
  if (site === undefined || returnTo === undefined || !/^[A-Za-z0-9_-]{43}$/.test(fields.state)) {
    throw new CastellanError('portal.destination', 'This sign-in link leads nowhere.', {
      hint: 'It is not complete, or was changed on its way. Open the site that you want, and it brings you here again.',
    })
  }
  return { site, returnTo, state: fields.state }
}

/** The address at the site that takes the code; `code` and `state` need no escaping. */
export function callbackUrl({ site, state }: Destination, code: string): string {
  return `${site.origin}/.castellan/callback?${new URLSearchParams({ code, state })}`
}
