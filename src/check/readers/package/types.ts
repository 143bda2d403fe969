import type { Located, Place } from '../../text/place.ts'

/** Kinds of packages, by the words that Dependabot has for them. */
export type Ecosystem = 'npm' | 'pip' | 'bundler' | 'composer' | 'cargo' | 'gomod' | 'maven' | 'gradle' | 'nuget'

/** A file that lists the packages of a program: `package.json` and its like; or only a file that names a Node version. */
export interface PackageFile {
  /** Absolute. */
  readonly path: string
  readonly shown: string
  readonly at: Place
  /** Absolute path of the folder that it is in. */
  readonly folder: string
  readonly ecosystem: Ecosystem
  /** It asks for packages at all. */
  readonly needsPackages: boolean
  /**
   * The shown name of what fixes the exact versions: a lock file in its folder or above, or itself when it names exact
   * versions only. Undefined: nothing does. `unusual`: lock files are not customary there.
   */
  readonly lock: string | 'unusual' | undefined
  /** What it and the files beside it say about the version of Node.js. */
  readonly node: readonly NodeVersion[]
  /** Scripts of `package.json`. */
  readonly scripts: ReadonlyMap<string, Located<string>>
}

export interface NodeVersion {
  readonly by: '.nvmrc' | '.node-version' | '.tool-versions' | 'engines' | 'devEngines' | 'volta'
  /** As written: `12`, `v12.22.1`, `lts/erbium`, and for engines a range. */
  readonly text: string
  readonly at: Place
}
