import type { KeyObject } from 'node:crypto'
import { isGenuine, type SignedStatement, type Statement } from './signature.ts'

/** What a person said of a claim, and whether it counts. */
export interface Standing extends Statement {
  /** `tampered`: its signature is not right, so that no word of it counts. */
  readonly validity: 'valid' | 'lapsed' | 'tampered'
}

/** Verifies a statement as it lay in the database. */
export function standingOf(signed: SignedStatement, key: KeyObject, now: number): Standing {
  const { claim, reason, made, until } = signed
  const kind = signed.kind === 'waived' ? 'waived' : 'attested'
  const validity = !isGenuine(signed, key) ? 'tampered' : now >= until ? 'lapsed' : 'valid'
  return { claim, kind, reason, made, until, validity }
}
