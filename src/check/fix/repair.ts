/** How one finding can be mended without a person. Nothing of it touches an original file. */
export type Repair = ComposeRepair | EnvRepair | TextRepair | ObjectRepair

/** A value in the override file that Compose merges. */
export interface ComposeRepair {
  readonly kind: 'compose'
  /** `['services', 'db', 'cap_drop']`. */
  readonly path: readonly string[]
  readonly value: unknown
  /** merge: as Compose merges; replace: with `!override`; remove: with `!reset`. */
  readonly how: 'merge' | 'replace' | 'remove'
}

/** A value in the patched copy of an env file. */
export interface EnvRepair {
  readonly kind: 'env'
  /** Absolute path of the original. */
  readonly file: string
  readonly name: string
  /** A value, or a new secret of so many random bytes, written as hex or base64url; undefined takes the line out. */
  readonly value: string | { readonly randomBytes: number; readonly form: 'hex' | 'base64url' } | undefined
}

/** Lines of an nginx, Caddy or other text file: becomes a patch file. */
export interface TextRepair {
  readonly kind: 'text'
  readonly file: string
  /** Line counts from 1; `remove` lines are taken out there, then `insert` is put in. */
  readonly line: number
  readonly remove: number
  readonly insert: readonly string[]
}

/** A value in a Kubernetes manifest: becomes a patch file. */
export interface ObjectRepair {
  readonly kind: 'object'
  readonly file: string
  /** Which of the documents of the file, from 0. */
  readonly document: number
  readonly path: readonly (string | number)[]
  readonly value: unknown
}
