import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { Policy } from '../config/policy.ts'
import { CastellanError } from '../kernel/errors.ts'
import type { EdgeCertificate } from './messages.ts'

/** What an edge starts with while control is away. Nothing in it lets anybody in: no session, no key of a ticket. */
export interface LastPolicy {
  readonly policy: Policy
  readonly certificates: readonly EdgeCertificate[]
}

/** Signed with the text, so that a signature that the same key may once give for something else is none of these. */
const CONTEXT = 'castellan last policy 1\n'

/** One line with the signature (Ed25519, RFC 8032; base64url), then JSON. */
export function signLastPolicy(last: LastPolicy, key: KeyObject): string {
  const text = JSON.stringify(last)
  return `${sign(null, Buffer.from(CONTEXT + text), key).toString('base64url')}\n${text}`
}

/**
 * Reads what `signLastPolicy` wrote. `publicKey` is an SPKI in DER, base64url. Throws `link.signature` when it is not
 * whole or not of that key; nothing of it is parsed then.
 */
export function openLastPolicy(signed: string, publicKey: string): LastPolicy {
  const end = signed.indexOf('\n')
  const text = signed.slice(end + 1)
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' })
  const signature = Buffer.from(signed.slice(0, Math.max(end, 0)), 'base64url')
  if (!verify(null, Buffer.from(CONTEXT + text), key, signature)) {
    throw new CastellanError('link.signature', 'The last policy does not have the signature of control.')
  }
  return JSON.parse(text) as LastPolicy
}
