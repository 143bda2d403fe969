import type { Policy } from '../config/policy.ts'
import type { Folders } from './folders.ts'

/** Who a process becomes once it has opened what it needs. */
export interface User {
  readonly uid: number
  readonly gid: number
}

/** Told to every process on its standard input: one line of JSON, so that nothing of it shows in the process list. */
interface Boot {
  /** Null when Castellan was not started by root; process borders are then not enforced. */
  readonly user: User | null
}

export interface EdgeBoot extends Boot {
  readonly index: number
  /** How many edges there are. */
  readonly count: number
  /** A gate beside the real one, for counter-proofs. */
  readonly scratch: boolean
  /** Inherited sockets. */
  readonly listeners: readonly { readonly fd: number; readonly secure: boolean }[]
  readonly controlSocket: string
  readonly portalSocket: string
  readonly logSocket: string
  /** Sockets by which edges share rate limits, by index. */
  readonly peers: readonly string[]
  readonly peerFd: number | null
  /** Seed of the hash that spreads rate limits over edges, base64url. */
  readonly seed: string
  /**
   * Where the policy is that control signed last, and its public key (SPKI in DER, base64url), for a start while control
   * is away. Null before control has served for the first time, and for a scratch gate.
   */
  readonly lastPolicy: { readonly file: string; readonly publicKey: string } | null
}

/** A way in, for proofs. */
export interface Listening {
  readonly host: string
  readonly port: number
  readonly secure: boolean
}

export interface ControlBoot extends Boot {
  readonly policy: Policy
  readonly folders: Folders
  /** Inherited Unix sockets: for edges, for the portal's pages, for the operator's commands. */
  readonly edgeFd: number
  readonly portalFd: number
  readonly operatorFd: number
  readonly doors: readonly Listening[]
  /** What is not enforced, in words; empty when every border is. */
  readonly posture: readonly string[]
}

/** Lines that the supervisor sends to control after the first. */
export type ToControlProcess =
  | { readonly type: 'reload'; readonly policy: Policy }
  | { readonly type: 'reload-failed'; readonly message: string }
  | { readonly type: 'scratch'; readonly doors: readonly Listening[] }

export interface LogBoot extends Boot {
  readonly fd: number
  readonly folder: string
  readonly maxBytes: number
  readonly keep: number
}

/** Lines that children write on their standard output. */
export type ChildEvent =
  | { readonly event: 'ready' }
  | {
      readonly event: 'serving'
      readonly setup: string | null
      readonly ca: string | null
      /** Public key of the policies that control signs. */
      readonly policyKey: string
    }
  | { readonly event: 'failed'; readonly code: string; readonly message: string; readonly hint: string | null }
  | { readonly event: 'reload-wanted' }
  /** The policy that was offered is in force. */
  | { readonly event: 'adopted'; readonly version: string }
  | { readonly event: 'scratch-wanted' }
  | { readonly event: 'scratch-done' }
