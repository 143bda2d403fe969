import type { Strength } from './strength.ts'

/** One line of JSON each; the helper answers in the order of the questions. */
export type Question =
  | { readonly op: 'hash'; readonly password: string }
  /** `hash: null` asks for the work alone: there is no such account. */
  | { readonly op: 'verify'; readonly password: string; readonly hash: string | null }
  | { readonly op: 'score'; readonly password: string; readonly context: readonly string[] }

export interface Verified {
  readonly ok: boolean
  /** The hash is of an older cost. */
  readonly outdated: boolean
}

export interface Answers {
  readonly hash: string
  readonly verify: Verified
  readonly score: Strength
}

/** `failed` says why without a word of the question. */
export type Answer = { readonly result: Answers[keyof Answers] } | { readonly failed: string }
