import { hash } from 'node:crypto'

/** What the portal sees of the nonce in a pre-login cookie: SHA-256, base64url. */
export function loginState(nonce: string): string {
  return hash('sha256', nonce, 'base64url')
}
