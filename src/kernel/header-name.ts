/** Bounds of the cache: a client chooses names, so it may neither grow it without end nor fill it for good. */
const CACHE_NAMES = 512
const CACHE_LENGTH = 64

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const keys = new Map<string, string>()

/**
 * The form in which header names are compared: lower case (RFC 9110 section 5.1, names are case-insensitive).
 * Results are cached; the cache is emptied when 512 names are in it.
 */
export function headerKey(name: string): string {
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = name.toLowerCase()
  if (name.length > CACHE_LENGTH) return key
  if (keys.size >= CACHE_NAMES) keys.clear()
  keys.set(name, key)
  return key
}

/** Whether this is a token of RFC 9110 section 5.6.2, which every header name must be: no space, colon or control byte. */
export function isToken(name: string): boolean {
  return TOKEN.test(name)
}

/**
 * The name that a CGI, WSGI or PHP application can't tell this one from: it sees `X_Remote_User` and `X-Remote-User`
 * as the same HTTP_X_REMOTE_USER. An identity header must be stripped by this form too (CVE-2025-64484,
 * CVE-2026-30851).
 */
export function underscoreTwin(name: string): string {
  const key = headerKey(name)
  return key.includes('_') ? key.replaceAll('_', '-') : key
}
