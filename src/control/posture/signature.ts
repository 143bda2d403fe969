import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** What a person has said of a claim. Times in ms since the epoch. */
export interface Statement {
  readonly claim: string
  /** `attested`: a person has seen that it holds. `waived`: it is set aside, for the reason. */
  readonly kind: 'attested' | 'waived'
  readonly reason: string
  readonly made: number
  readonly until: number
}

export interface SignedStatement {
  readonly claim: string
  readonly kind: string
  readonly reason: string
  readonly made: number
  readonly until: number
  /** base64url */
  readonly signature: string
}

/** Signs a statement with control's Ed25519 key. */
export function signStatement(statement: Statement, key: KeyObject): SignedStatement {
  return { ...statement, signature: sign(null, bytesOf(statement), key).toString('base64url') }
}

/** Whether every word of it is as it was signed. */
export function isGenuine(signed: SignedStatement, key: KeyObject): boolean {
  return verify(null, bytesOf(signed), createPublicKey(key), Buffer.from(signed.signature, 'base64url'))
}

/** JSON of a list has one form, and nothing else that control signs begins like this. */
function bytesOf({ claim, kind, reason, made, until }: Omit<SignedStatement, 'signature'>): Buffer {
  return Buffer.from(JSON.stringify(['castellan attestation 1', claim, kind, reason, made, until]))
}
