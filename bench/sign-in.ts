import { Browser } from '../test/helpers/browserless.ts'
import type { Endpoint } from './endpoint.ts'

export interface Person {
  readonly email: string
  readonly password: string
  /** The address that the person comes from, in 127.0.0.0/8; sign-ins are throttled by address. */
  readonly from?: string
}

/**
 * Signs in as a person does: the site, the portal's form, back to the site. Returns the site's Cookie header.
 * `tls` is the site's listener, which must serve the portal too.
 */
export async function signIn(tls: Endpoint, person: Person): Promise<string> {
  using browser = new Browser(tls.port, person.from)
  const site = new URL(`https://${tls.authority}/`)
  const form = await browser.go(site)
  const back = await browser.submit(form, { email: person.email, password: person.password })
  if (back.at.host !== site.host || back.status !== 200) {
    throw new Error(`sign-in ended at ${back.at.origin} with ${back.status}: ${back.body.slice(0, 200)}`)
  }
  return browser.cookie(site.hostname)
}
