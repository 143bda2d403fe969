/** Cookies of Castellan. `__Host-Http-` keeps scripts and sibling hosts from reading, planting or replacing them. */
export const COOKIE_PREFIX = '__Host-Http-castellan'
export const SESSION_COOKIE = `${COOKIE_PREFIX}`
export const PRE_LOGIN_COOKIE = `${COOKIE_PREFIX}-pre`
export const PORTAL_COOKIE = `${COOKIE_PREFIX}-portal`
/** Says that somebody signed in with this browser before; lets nobody in. */
export const DEVICE_COOKIE = `${COOKIE_PREFIX}-device`

/**
 * The value of the one cookie of this name in a `Cookie` header. Undefined when there is none or more than one: a
 * browser never sends two of a `__Host-` name, so two are somebody's try (CVE-2026-25748).
 */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  let found: string | undefined
  for (const pair of split(header)) {
    if (!pair.startsWith(name) || pair.charCodeAt(name.length) !== 61) continue
    if (found !== undefined) return undefined
    found = pair.slice(name.length + 1)
  }
  return found
}

/** The header without Castellan's own cookies; empty when nothing is left. */
export function foreignCookies(header: string): string {
  if (!header.includes(COOKIE_PREFIX)) return header
  return split(header)
    .filter((pair) => !pair.startsWith(COOKIE_PREFIX))
    .join('; ')
}

/** A `Set-Cookie` value with every protection; `maxAge` in seconds. */
export function ownCookie(name: string, value: string, maxAge?: number): string {
  const age = maxAge === undefined ? '' : `; Max-Age=${maxAge}`
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax${age}`
}

function split(header: string): string[] {
  if (!header.includes(';')) return [header.trim()]
  return header.split(';').map((pair) => pair.trim())
}
