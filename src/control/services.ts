import type { Session, SessionRecord } from '../kernel/request.ts'

/** A person with a local account. Times in ms since the epoch. */
export interface User {
  readonly id: string
  readonly email: string
  readonly roles: readonly string[]
  readonly created: number
}

/** Who asks for something that is audited. */
export interface Actor {
  /** Id of the person, `operator` for the command line on the host, `stranger` before sign-in. */
  readonly id: string
  readonly address: string
  readonly agent: string
}

export type { SessionRecord }

export interface SessionListing extends Session {
  readonly created: number
  readonly lastSeen: number
  /** The portal session that it is a child of; itself for a portal session. */
  readonly parent: string
}

export type SessionChange = { readonly put: SessionRecord } | { readonly end: readonly string[] }

export type SignInResult =
  | { readonly user: User }
  | { readonly refused: 'wrong' }
  | { readonly refused: 'throttled'; readonly retryAfterMs: number }
  | { readonly refused: 'busy' }

/** Local accounts: people, their passwords, the setup link. */
export interface Accounts {
  /** Throws CastellanError `accounts.email`, `accounts.exists`, `accounts.weak` (message says why, hint what helps). */
  add(email: string, password: string | undefined, roles: readonly string[], by: Actor): Promise<User>
  list(): Promise<User[]>
  byEmail(email: string): Promise<User | undefined>
  /** Same time and same answer whether or not the account exists. */
  signIn(email: string, password: string, by: Actor, device?: string): Promise<SignInResult>
  /**
   * Makes a browser known to somebody who has just signed in, with tries of its own from then on; resolves with its new
   * token of 256 random bits, base64url. `device` is the one that it had.
   */
  trustDevice(user: User, device: string | undefined): Promise<string>
  changePassword(user: User, current: string, next: string, by: Actor): Promise<void>
  /** A new setup secret when there is no administrator, which voids the one before; else null. One hour. */
  newSetupSecret(): Promise<string | null>
  /** Looks, and never uses it up. */
  isSetupSecret(secret: string): Promise<boolean>
  /** Uses it up and makes the first administrator; throws `accounts.setup` when it is void. */
  setUp(secret: string, email: string, password: string, by: Actor): Promise<User>
  close(): Promise<void>
}

/** Sessions of the portal and of sites. Secrets are 256 random bits, base64url, stored hashed. */
export interface Sessions {
  startPortal(user: User, by: Actor): Promise<{ readonly token: string; readonly session: SessionListing }>
  /** The portal session and its person, when it is alive. */
  portal(token: string): Promise<{ readonly session: SessionListing; readonly user: User } | undefined>
  /** A code that works once, for 60 seconds, for that site and that state. */
  issueCode(grant: { portal: string; site: string; state: string; returnTo: string }): Promise<string>
  /** Uses the code up; undefined when it is void, for another site or another state. */
  redeemCode(offer: {
    code: string
    site: string
    state: string
    address: string
  }): Promise<{ readonly token: string; readonly record: SessionRecord; readonly returnTo: string } | undefined>
  /** Records that sessions were used; `ids` by id. */
  touch(ids: readonly string[], at: number): Promise<void>
  /** Of everybody, or of the person with this id. */
  list(which?: { readonly user?: string }): Promise<SessionListing[]>
  /** Ends sessions by id with their children, of one person, or all; resolves with the ids that ended. */
  end(which: { id: string } | { user: string } | 'all', by: Actor, why: string): Promise<string[]>
  /** Everything that edges must know now. */
  snapshot(): Promise<SessionRecord[]>
  close(): Promise<void>
}

/** The audit log as other parts of control see it. `personal` is encrypted with the subject's key. */
export interface AuditTrail {
  append(
    entries: readonly {
      /** Unique. An entry whose id is in the log already is left out, so that one may be handed over twice. */
      id?: string
      event: string
      actor: string
      target?: string
      site?: string
      data?: Readonly<Record<string, unknown>>
      subject?: string
      personal?: Readonly<Record<string, string>>
    }[],
  ): Promise<void>
}
