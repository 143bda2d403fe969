import type { ClaimStatus } from '../../check/guide/status.ts'
import type { Finding } from '../../check/rules/rule.ts'
import type { User } from '../../supervisor/boot.ts'

/** First line of standard input, from the supervisor: what castellan.yaml says. Control can't ask about anything else. */
export interface PostureBoot {
  /** Whom the process still has to become; null when `setpriv` did that, or when there is no other user. */
  readonly user: User | null
  readonly guide: string
  /** Absolute. */
  readonly folder: string
  readonly docker: boolean
  readonly host: boolean
}

/** Second line, from control. The process answers it with one line and ends. */
export type PostureQuestion =
  | { readonly ask: 'look' }
  /** Is anything of this not as it was? Only sizes and times are compared, no file is opened. */
  | { readonly ask: 'changed'; readonly files: readonly WatchedFile[] }

/** A file that was read, or a folder that such a file lies in. */
export interface WatchedFile {
  readonly path: string
  /** Bytes; -1 when it is not there. */
  readonly size: number
  /** Milliseconds of the epoch; 0 when it changed while it was read, so that it counts as changed. */
  readonly modified: number
}

/** `failed` says why, without a word of any file. */
export type PostureAnswer = { readonly look: PostureLook } | { readonly changed: boolean } | { readonly failed: string }

/** What was seen of one installation. No text in it holds the value of a secret. */
export interface PostureLook {
  readonly guide: string
  /** When the look began, in milliseconds of the epoch. */
  readonly at: number
  readonly claims: readonly Pick<ClaimStatus, 'id' | 'status' | 'reason'>[]
  /** Ids of the rules that had something to look at. */
  readonly looked: readonly string[]
  /** The first of them, when there are too many. */
  readonly findings: readonly PostureFinding[]
  /** How many there are. */
  readonly found: number
  readonly files: readonly WatchedFile[]
  /** What should have been read and could not be; each one line. */
  readonly problems: readonly string[]
  /** What was left out for a reason that is no fault, and what could not be seen of the machine. */
  readonly notes: readonly string[]
  /** What this process could not do and should, in words for the operator; null when it has all that it needs. */
  readonly gap: string | null
}

export type PostureFinding = Pick<
  Finding,
  'rule' | 'severity' | 'title' | 'file' | 'line' | 'service' | 'observed' | 'expected'
>

/** Bounds of an answer: control keeps the last one in memory and in its database. */
export const MAX_FINDINGS = 1_000
export const MAX_FILES = 5_000
export const MAX_PROBLEMS = 200
export const MAX_TEXT = 1_000
/** Bytes of a whole answer. */
export const MAX_ANSWER = 8 * 1_048_576
