import type { X509Certificate } from 'node:crypto'
import { isIP, isIPv4, isIPv6 } from 'node:net'
import { isLocalhost } from './options.ts'
import * as x509 from './x509.ts'

/** Names of which nobody can own a certificate, mailbox or address (RFC 6761 section 6.4). */
const NOBODY = 'invalid'

/** What the constraints permit: all of `localhost` when a name of it is served, else exactly the names served. */
export function permittedNames(names: readonly string[]): string[] {
  const bases = new Set(names.map((name) => (isLocalhost(name) ? 'localhost' : name)))
  return [...bases].filter(
    (base) =>
      !parents(base)
        .slice(1)
        .some((parent) => bases.has(parent)),
  )
}

/** A kind of name without a permitted entry would be free (RFC 5280, 4.2.1.10), so each gets one or an exclusion. */
export function constraints(names: readonly string[]): Buffer {
  const permitted = permittedNames(names)
  const hosts = permitted.filter((name) => isIP(name) === 0)
  const addresses = permitted.filter((name) => isIP(name) !== 0)
  return x509.nameConstraints(
    [
      ...(hosts.length > 0 ? hosts : [NOBODY]).map(x509.subtree),
      ...addresses.map(x509.subtree),
      x509.mailboxes(NOBODY),
      x509.uris(NOBODY),
    ],
    [
      ...(addresses.some((address) => isIPv4(address)) ? [] : [x509.ANY_IPV4]),
      ...(addresses.some((address) => isIPv6(address)) ? [] : [x509.ANY_IPV6]),
    ],
  )
}

/**
 * Whether an authority of ours may certify these names. Read from the certificate itself, which is the truth: DER has
 * one spelling, and an authority of ours has names in its constraints only, of which no excluded one is a host. So the
 * bytes of a subtree are in it exactly when it is permitted.
 */
export function permits(authority: X509Certificate, names: readonly string[]): boolean {
  const der = authority.raw
  return permittedNames(names).every((name) => parents(name).some((parent) => der.includes(x509.subtree(parent))))
}

/** The name and all those above it: `a.b.c`, `b.c`, `c`; an address has none above it. */
function parents(name: string): string[] {
  if (isIP(name) !== 0) return [name]
  const labels = name.split('.')
  return labels.map((_, i) => labels.slice(i).join('.'))
}
