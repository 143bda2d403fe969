import type { Clock } from './clock.ts'
import type { GateRequest, Protocol, Session } from './request.ts'
import type { OwnedHeaders } from './request-headers.ts'
import type { Reason, Verdict } from './verdict.ts'

/** A check lets a request go on with `undefined`, or stops it. It is synchronous unless it must wait. */
export type Check = (request: GateRequest) => Verdict | undefined | Promise<Verdict | undefined>

/** Headers of an answer on its way to the client, flat and lower-case; a response step edits the list in place. */
export type ResponseStep = (request: GateRequest, headers: string[]) => void

/** What a guard puts into the pipeline of one policy. Options are resolved here, never per request. */
export interface EdgeChecks {
  /** Runs before the site is known. */
  readonly arrival?: Check
  /** Runs once the site and the route are known; `undefined` when the site asks nothing of this guard. */
  site?(site: number): Check | undefined
  response?(site: number): ResponseStep | undefined
  /** Fills in, unjudged, what later stages need where a scratch gate leaves this guard out. */
  unjudged?(request: GateRequest): void
  close?(): void
}

/** What an edge lends to its guards. */
export interface EdgeServices {
  readonly clock: Clock
  /** The live session whose secret has this SHA-256 (base64url). */
  session(hash: string): Session | undefined
  /** Takes one token; false when the bucket is empty. A promise when another edge has to be asked. */
  take(scope: number, client: string, limit: BucketLimit): boolean | Promise<boolean>
  /** Counts a refusal, or a privileged access, for the audit log. */
  report(request: GateRequest, verdict: Verdict | undefined): void
}

/** `rate` in tokens a millisecond. */
export interface BucketLimit {
  readonly rate: number
  readonly burst: number
}

/** The part of a guard that runs in an edge: no disk, no database. `P` is the policy. */
export interface EdgeGuard<P> {
  readonly id: string
  readonly reasons: Readonly<Record<string, Reason>>
  /** Header names that no client may set on the way to the upstream. */
  readonly owns?: OwnedHeaders
  /** Does ahead, in slices, the part of `compile` that would hold up requests for too long. */
  prepare?(policy: P): Promise<void>
  compile(policy: P, services: EdgeServices): EdgeChecks
}

/** One thing that is promised and can be looked at. */
export interface Control {
  /** `<guard>.<control>`. */
  readonly id: string
  /** What holds when it is in force, as a sentence. */
  readonly promise: string
  /** Why a scratch gate can't show it switched off; the sabotage tests show it instead. */
  readonly uncountered?: string
}

/**
 * A request that a proof sends through the real front door. What is left out of host, method, path, person and client
 * is that of a request which the rules let in, so that a pair differs in nothing but the one thing that is proved.
 */
export interface ProbeRequest {
  /** Host name of the site. */
  readonly host?: string
  readonly method?: string
  /** Path and query, sent byte for byte. */
  readonly path?: string
  /** Flat list: name, value. */
  readonly headers?: readonly string[]
  /** The synthetic person; null is nobody. */
  readonly as?: Pick<Session, 'roles'> | null
  /** The synthetic client: an address, or a network of which an address is taken. */
  readonly from?: string
  /** TLS server name when it is not the host. */
  readonly serverName?: string
  /** A harmless GET that may reach the application. */
  readonly passes?: boolean
  /** Another protocol than that of the door, at the same listener. */
  readonly over?: Protocol
}

/** What came back. */
export interface ProbeAnswer {
  readonly status: number
  /** Reason id of the verdict, `edge.probed` when every check let it go on; empty when the application answered. */
  readonly reason: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The synthetic client address that the ticket named. */
  readonly client: string
}

/** One control, as a pair: the forbidden request must be stopped with this reason and the allowed one must pass. */
export interface ProofCase {
  readonly control: string
  readonly expected: string
  readonly allowed: ProbeRequest
  readonly forbidden: ProbeRequest
  readonly reason: string
  /** Left out: every protocol that the installation speaks. */
  readonly over?: readonly Protocol[]
}

/** What a guard saw with its own eyes where a pair of requests can't show it. */
export interface Observation {
  readonly control: string
  readonly expected: string
  readonly observed: string
  /** `undefined` when it could not be looked at. */
  readonly holds: boolean | undefined
}

/** One way in: a listener, an address family and a protocol. */
export interface Door {
  readonly label: string
  readonly address: string
  readonly port: number
  readonly secure: boolean
  readonly protocol: Protocol
}

/** What a TLS client offers; `ciphers` is an OpenSSL list for TLS 1.2 and below. */
export interface TlsOffer {
  readonly min: 'TLSv1' | 'TLSv1.2' | 'TLSv1.3'
  readonly max: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  readonly ciphers?: string
}

/** The eyes of a proof: they look at the running gate through its real sockets. */
export interface Probe<P> {
  readonly policy: P
  readonly door: Door
  /** A synthetic client that is the same at every door of a run, for limits that hold over all doors together. */
  readonly client: string
  /** Rejects when there is nothing to see: no connection, no answer in time, a ticket that was not taken. */
  send(request: ProbeRequest): Promise<ProbeAnswer>
  /** Opens a TLS connection; resolves with version and cipher, or undefined when the gate refused the offer. */
  handshake(offer: TlsOffer): Promise<string | undefined>
  /** Opens a TLS connection for a host and says what a careful client finds wrong with the certificate. */
  certificateFault(host: string): Promise<string | undefined>
}

/** What a proof may read of the host where no socket shows it. */
export interface Inspection<P> {
  readonly policy: P
  /** Folder of the audit log, and the id of an entry that was acknowledged for this run. */
  readonly audit: { readonly folder: string; readonly entry: string }
}

/** The table of contents of a guard. `P` is the policy. */
export interface GuardSpec<P> {
  /** Folder, prefix of reasons, metric label. */
  readonly id: string
  readonly title: string
  readonly controls: readonly Control[]
  readonly reasons: Readonly<Record<string, Reason>>
  /** Pairs that are sent over every way in. A control that the policy gives nothing to do has none. */
  cases?(policy: P): readonly ProofCase[]
  /** Looks through one way in. */
  observe?(probe: Probe<P>): Promise<readonly Observation[]>
  /** Looks at files, once a run. */
  inspect?(inspection: Inspection<P>): Promise<readonly Observation[]>
}

/** Checks the form and freezes it; the value is what was written. */
export function defineGuard<P>(spec: GuardSpec<P>): GuardSpec<P> {
  return Object.freeze(spec)
}
