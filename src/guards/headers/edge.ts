import type { Policy } from '../../config/policy.ts'
import { COOKIE_PREFIX, DEVICE_COOKIE, PORTAL_COOKIE } from '../../kernel/cookies.ts'
import type { EdgeGuard, ResponseStep } from '../../kernel/guard.ts'

/** They tell an attacker which holes to try, and nobody else anything. */
const REMOVED: ReadonlySet<string> = new Set([
  'server',
  'x-powered-by',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-runtime',
])

export const headers: EdgeGuard<Policy> = {
  id: 'headers',
  reasons: {},
  compile(policy) {
    const portal = policy.sites.length - 1
    return { response: (index) => createStep(policy.sites[index]!.headers, index === portal) }
  },
}

function createStep(config: Policy['sites'][number]['headers'], portal: boolean): ResponseStep {
  const added: [name: string, value: string][] = [['x-content-type-options', 'nosniff']]
  if (config['frame-options'] !== 'none') added.push(['x-frame-options', config['frame-options']])
  if (config['referrer-policy'] !== 'none') added.push(['referrer-policy', config['referrer-policy']])
  const httpOnly: ReadonlySet<string> = new Set(config['http-only-cookies'])

  return (_request, list) => {
    let kept = 0
    let framed = false
    for (let index = 0; index < list.length; index += 2) {
      const name = list[index]!
      let value = list[index + 1]!
      if (REMOVED.has(name)) continue
      if (name === 'set-cookie') {
        const guarded = guardCookie(value, httpOnly, portal)
        if (guarded === undefined) continue
        value = guarded
      } else if (name === 'content-security-policy' && value.includes('frame-ancestors')) framed = true
      list[kept] = name
      list[kept + 1] = value
      kept += 2
    }
    list.length = kept
    for (const [name, value] of added) {
      if (!(framed && name === 'x-frame-options') && !hasName(list, name)) list.push(name, value)
    }
  }
}

function hasName(list: readonly string[], name: string): boolean {
  for (let index = 0; index < list.length; index += 2) if (list[index] === name) return true
  return false
}

/**
 * Adds what is missing and takes nothing away; undefined when the cookie is one of Castellan's, which no application
 * may set. The gate's own cookies come in whole and are left alone.
 */
function guardCookie(value: string, httpOnly: ReadonlySet<string>, portal: boolean): string | undefined {
  const equals = value.indexOf('=')
  const name = value.slice(0, equals < 0 ? value.length : equals).trim()
  if (name.toLowerCase().startsWith(COOKIE_PREFIX.toLowerCase())) {
    return portal && (name === PORTAL_COOKIE || name === DEVICE_COOKIE) ? value : undefined
  }
  const attributes = value
    .toLowerCase()
    .split(';')
    .slice(1)
    .map((attribute) => attribute.trim())
  let guarded = value
  if (!attributes.includes('secure')) guarded += '; Secure'
  if (!attributes.some((attribute) => attribute.startsWith('samesite'))) guarded += '; SameSite=Lax'
  if (httpOnly.has(name) && !attributes.includes('httponly')) guarded += '; HttpOnly'
  return guarded
}
