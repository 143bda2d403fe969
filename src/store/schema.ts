import type { Generated } from 'kysely'

/** The tables of the store. All times are ms since the epoch; all hashes of secrets are SHA-256 in base64url. */
export interface Schema {
  users: UserRow
  familiar: FamiliarRow
  devices: DeviceRow
  setup: SetupRow
  sessions: SessionRow
  codes: CodeRow
  policies: PolicyRow
  proofs: ProofRow
  outbox: OutboxRow
  looks: LookRow
  claims: ClaimRow
  attestations: AttestationRow
}

export interface UserRow {
  id: string
  email: string
  /** `email` in lower case: what makes an account unique. */
  email_key: string
  /** PHC string, or null when the person can't sign in with a password. */
  password: string | null
  /** JSON array of strings. */
  roles: string
  created: number
}

/** An address from which a person signed in before. */
export interface FamiliarRow {
  user: string
  /** SHA-256 of user and address; the address itself is not kept. */
  address: string
  seen: number
}

/** A browser in which a person signed in before; one browser may be known to several people. */
export interface DeviceRow {
  user: string
  hash: string
  seen: number
}

/** The setup link that works now; one row at most. */
export interface SetupRow {
  hash: string
  expires: number
}

export interface SessionRow {
  id: string
  hash: string
  /** The portal session; its own id for a portal session. */
  parent: string
  user: string
  /** Host name of the site; empty for a portal session. */
  site: string
  created: number
  last_seen: number
  /** When it ends, however much it is used. */
  expires: number
}

export interface CodeRow {
  hash: string
  /** Id of the portal session. */
  portal: string
  site: string
  state: string
  return_to: string
  expires: number
}

export interface PolicyRow {
  /** `Policy.version`. */
  version: string
  /** The policy, JSON. */
  text: string
  since: number
}

export interface ProofRow {
  run: string
  at: number
  json: string
}

/** An audit entry that was committed with its change and is not in the audit log yet. */
export interface OutboxRow {
  seq: Generated<number>
  id: string
  /** JSON. */
  entry: string
}

/** What was seen last of the installation behind the gate; one row a guide. */
export interface LookRow {
  guide: string
  at: number
  json: string
}

/** The state in which a claim was seen last. */
export interface ClaimRow {
  claim: string
  state: string
  since: number
}

/** What a person has confirmed, or set aside. */
export interface AttestationRow {
  claim: string
  /** `attested` or `waived`. */
  kind: string
  reason: string
  made: number
  /** When it lapses. */
  until: number
  /** Ed25519 over all of the above, base64url. */
  signature: string
}
