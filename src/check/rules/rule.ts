import type { Repair } from '../fix/repair.ts'
import type { Stack } from '../stack.ts'
import type { Place } from '../text/place.ts'

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const

/**
 * critical: whoever reaches it owns the machine or all data; high: one step from that, or a promise of the guide that
 * does not hold; medium: a missing second line of defence; low: good practice; info: worth knowing.
 */
export type Severity = (typeof SEVERITIES)[number]

/** A rule: one file, one thing that it looks for. It is pure: it looks at what was read and reports. */
export interface Rule {
  /** `compose.published-port`: family, then what is wrong. Stable; users write it down. */
  readonly id: string
  readonly severity: Severity
  /** What is wrong, as a short sentence without a full stop: "A database is published to the network". */
  readonly title: string
  /** What it looks at, in one or two sentences. */
  readonly looksFor: string
  /** What can happen to the operator, in one to three sentences. */
  readonly why: string
  /** What to do, in words that can be acted upon. */
  readonly fix: string
  /** Files of a stack that has the fault, and the same without it. Both are run as tests and printed in the reference. */
  readonly bad: Sample
  readonly good: Sample
  /** It speaks of settings that are not there: silent, and deciding nothing, when an env file could not be read. */
  readonly ofAbsence?: true
  /** Is there anything here that it could look at? When not, it decides no claim. */
  applies(stack: Stack): boolean
  check(stack: Stack, report: Report): void
}

/** File name (relative to the stack's folder) to text. A name that ends in `!0600` style is written with that mode. */
export type Sample = Readonly<Record<string, string>>

export type Report = (observation: Observation) => void

/** One place where the fault was seen. Never holds a secret, not even in part. */
export interface Observation {
  readonly at: Place
  /** Service, workload or host part that it is about. */
  readonly service?: string
  readonly observed: string
  readonly expected: string
  /** When this case is worse or milder than the rule in general. */
  readonly severity?: Severity
  /** When the rule's own title is too general. */
  readonly title?: string
  /** How `--fix` mends it; without one it needs a person. */
  readonly repair?: Repair | readonly Repair[]
}

/** What a run prints, with everything about its rule. */
export interface Finding {
  readonly rule: string
  readonly severity: Severity
  readonly title: string
  readonly why: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly service: string | null
  readonly observed: string
  readonly expected: string
  readonly fix: string
  /** Ids of the claims of the profile's guide that it bears on. */
  readonly claims: readonly string[]
}
