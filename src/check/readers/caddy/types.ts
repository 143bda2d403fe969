import type { Located, Place } from '../../text/place.ts'
import type { Directive } from '../directive.ts'

/** One Caddyfile, with its snippets and imported files put in where they are imported. */
export interface CaddyFile {
  /** Absolute. */
  readonly path: string
  readonly shown: string
  /** The block without a name at the beginning. */
  readonly options: readonly Directive[]
  readonly sites: readonly CaddySite[]
  /** Imports of files that are not in the installation: what they say was not checked. */
  readonly outside: readonly Located<string>[]
}

export interface CaddySite {
  /** Place of its first address. */
  readonly at: Place
  /** Absolute path of the file that holds it. */
  readonly path: string
  /** As written, with `{$NAME}` filled in where its value is known: `example.org`, `http://`, `:8080`. At least one. */
  readonly addresses: readonly Located<string>[]
  /** Matchers are directives with names like `@blocked`. */
  readonly directives: readonly Directive[]
  /** Line of the `{` that opens it; undefined when it has none or shares its line. */
  readonly openLine: number | undefined
}
