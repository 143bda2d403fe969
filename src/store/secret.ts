import { createHash, randomBytes } from 'node:crypto'

/** A new secret: 256 random bits, base64url, 43 characters. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * What is stored of a secret: SHA-256 of its text, base64url. No salt and no slow hash, as 256 random bits can't be
 * guessed; rows are found by an index on the hash, so that no comparison in time depends on the secret.
 */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
