import type { Policy } from '../config/policy.ts'
import type { SessionRecord, Ticket } from '../kernel/request.ts'

/** What an edge needs for TLS: the hosts that it stands for, PEM chain and PEM key. */
export interface EdgeCertificate {
  readonly hosts: readonly string[]
  readonly cert: string
  readonly key: string
}

/** Everything that an edge must know; sent whole at every connect. */
export interface EdgeState {
  readonly policy: Policy
  readonly certificates: readonly EdgeCertificate[]
  readonly sessions: readonly SessionRecord[]
  /** Answers to ACME HTTP-01 challenges: token to key authorization. */
  readonly challenges: Readonly<Record<string, string>>
  /** Key of the tickets of this run of control, base64url. */
  readonly ticketKey: string
  /** Keys of TLS session tickets of this run of control, 48 bytes, base64url. */
  readonly resumptionKeys: string
}

/** From control to an edge: a part that changed, or the answer to a question. */
export type ToEdge =
  | { readonly type: 'sync'; readonly state: EdgeState }
  | { readonly type: 'policy'; readonly policy: Policy; readonly certificates: readonly EdgeCertificate[] }
  | { readonly type: 'certificates'; readonly certificates: readonly EdgeCertificate[] }
  | { readonly type: 'challenges'; readonly challenges: Readonly<Record<string, string>> }
  | { readonly type: 'session'; readonly put: SessionRecord }
  | { readonly type: 'sessions-ended'; readonly ids: readonly string[] }
  | { readonly type: 'answer'; readonly to: number; readonly value: unknown }
  /** Sent every second, so that an edge can tell a control that is stuck from one that has nothing to say. */
  | { readonly type: 'alive' }

/** What an edge asks control, and what it gets. */
export interface Questions {
  redeem: {
    ask: { readonly code: string; readonly site: string; readonly state: string; readonly address: string }
    answer: {
      readonly token: string
      readonly returnTo: string
      readonly maxAge: number
      readonly next: string | null
    } | null
  }
  ticket: { ask: { readonly id: string }; answer: Ticket | null }
  'end-session': { ask: { readonly id: string; readonly address: string }; answer: boolean }
}
export type Question = keyof Questions

/** One refusal or privileged access; refusals of strangers come as counts. */
export interface Incident {
  readonly reason: string
  readonly site: string
  readonly request: string
  readonly subject: string
  readonly address: string
  readonly method: string
  readonly path: string
}

export interface RefusalCount {
  readonly reason: string
  readonly site: string
  /** IPv4 /24 or IPv6 /48 of the client. */
  readonly prefix: string
  /** Start of the minute, ms since the epoch. */
  readonly minute: number
  readonly count: number
}

/** From an edge to control. */
export type ToControl =
  | { readonly type: 'hello'; readonly edge: number; readonly pid: number; readonly scratch: boolean }
  | { readonly type: 'ack'; readonly of: number; readonly error: string | null }
  | { readonly type: 'ask'; readonly id: number; readonly question: Question; readonly ask: unknown }
  | { readonly type: 'used'; readonly ids: readonly string[]; readonly at: number }
  | { readonly type: 'report'; readonly refusals: readonly RefusalCount[]; readonly incidents: readonly Incident[] }
