import type { Address } from './address.ts'
import type { RequestHeaders } from './request-headers.ts'

export type Protocol = 'http/1.1' | 'h2' | 'websocket'

/** A person's session on one site, as an edge knows it. Times in ms since the epoch. */
export interface Session {
  /** Public id, shown in lists; never the secret. */
  readonly id: string
  /** Id of the person. */
  readonly subject: string
  readonly email: string
  readonly roles: readonly string[]
  /** Host name of the site that it is for. */
  readonly site: string
  readonly expires: number
}

/** A session as control tells it to edges: `hash` stands for the secret (SHA-256, base64url). */
export interface SessionRecord extends Session {
  readonly hash: string
}

/** What a probe of control may do; `undefined` on every other request. */
export interface Ticket {
  /** Single use; redeemed by control. */
  readonly id: string
  /** The synthetic client address that the pipeline sees. */
  readonly client: string
  readonly session: Session | null
  /** A harmless GET that may reach the upstream; everything else ends before it. */
  readonly passes: boolean
  /** Guard that is off for this request; honoured by a scratch gate only. */
  readonly without: string | null
}

/**
 * The one canonical request. Parsed once and strictly; policy, log and upstream all use this and nothing else.
 * Fields below `headers` are filled by the stages of the pipeline in their order.
 */
export class GateRequest {
  readonly id: string
  readonly protocol: Protocol
  /** True on the TLS listener. */
  readonly secure: boolean
  /** TLS server name, lower-case; empty without TLS or SNI. */
  readonly serverName: string
  readonly method: string
  /** `Host` or `:authority` as it came. */
  readonly authority: string
  /** The target as it came: path and query. */
  readonly target: string
  readonly headers: RequestHeaders
  /** Address of the other end of the connection. */
  readonly peer: Address
  /** Milliseconds since the epoch. */
  readonly time: number

  /** True when it came from this host itself, as probes do. */
  local = false
  /** Host name, lower-case, without port. */
  host = ''
  /** The path part of `target`, as the upstream receives it. */
  path = ''
  /** The query part of `target` without `?`; empty when there is none. */
  query = ''
  /** Every decoded reading that an application could have of `path`; at least one. */
  readings: readonly string[] = []
  /** The readings in the form in which rules are compared, without regard to case. */
  folded: readonly string[] = []
  /** Who asks: `peer`, or what a trusted proxy said. */
  client: Address
  /** Index of the site in the policy, or -1. */
  site = -1
  /** Index of the route within the site, or -1. */
  route = -1
  session: Session | null = null
  ticket: Ticket | null = null
  /** True when a cookie is what let this request in, so that another site's page could have caused it. */
  ambient = false
  /** The access rule that let it in, for the log and for `explain`. */
  rule = ''
  /** Cookies for the upstream: those of the client without Castellan's own. */
  cookie = ''
  /** Reads up to `limit` bytes of the body, which the upstream still gets; undefined when it is longer. */
  peekBody: ((limit: number) => Promise<Buffer | undefined>) | undefined

  constructor(init: {
    id: string
    protocol: Protocol
    secure: boolean
    serverName: string
    method: string
    authority: string
    target: string
    headers: RequestHeaders
    peer: Address
    time: number
  }) {
    this.id = init.id
    this.protocol = init.protocol
    this.secure = init.secure
    this.serverName = init.serverName
    this.method = init.method
    this.authority = init.authority
    this.target = init.target
    this.headers = init.headers
    this.peer = init.peer
    this.client = init.peer
    this.time = init.time
  }
}
