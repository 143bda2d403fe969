import type { Clock } from '../../kernel/clock.ts'
import type { Accounts, Sessions } from '../services.ts'

/** One application behind the gate, as the portal needs to know it. */
export interface PortalSite {
  readonly host: string
  /** Public origin, such as `https://app.example.org`. */
  readonly origin: string
  readonly group?: string
}

export interface PortalPolicy {
  /** Public origin of the portal itself. */
  readonly portal: string
  readonly sites: readonly PortalSite[]
}

/** What the portal needs of the control process. */
export interface PortalPorts {
  readonly accounts: Accounts
  readonly sessions: Sessions
  /** The policy of this moment; asked once a request, as it changes at a reload. */
  policy(): PortalPolicy
  readonly clock: Clock
  /** Takes what nobody expected; people see the request id only. */
  log(error: unknown, requestId: string): void
}
