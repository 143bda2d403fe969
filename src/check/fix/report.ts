import type { Finding } from '../rules/rule.ts'

/** What `--fix` did for one installation. */
export interface FixReport {
  /** The installation's folder, as it is shown. */
  readonly folder: string
  /** Files that were written, as they are shown. */
  readonly written: readonly string[]
  /** Those of them that took the place of an earlier run's file. */
  readonly replaced: readonly string[]
  /** Files of the same name that somebody else made; they stay as they are. */
  readonly refused: readonly string[]
  /** Gone once the written files are in use. */
  readonly mended: readonly Finding[]
  /** Still there: they need a person. */
  readonly left: readonly Finding[]
  readonly validity: Validity
  /** What to do to use them, a line each. */
  readonly steps: readonly string[]
}

/** Would Compose take the files? */
export interface Validity {
  readonly valid: boolean | undefined
  /** Who said so, or why nobody could. */
  readonly reason: string
}
