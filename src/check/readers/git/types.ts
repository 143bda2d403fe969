/** What git keeps of the installation's files. Nothing is executed; git itself need not be there. */
export interface Repository {
  /** Absolute path of the top of the work tree. */
  readonly root: string
  /** Absolute paths; undefined when git's index can't be read, which is a problem of the disk then. */
  readonly tracked: ReadonlySet<string> | undefined
  /** Absolute paths of the files with patterns at and above the installation's folder, the nearest last. */
  readonly ignoreFiles: readonly string[]
  /** Would git leave this file alone when everything is added? For absolute paths at or below `root`. */
  readonly isIgnored: (path: string) => boolean
  readonly history: History
}

export interface History {
  /** Files in commits whose names say that they hold secrets: each path once. */
  readonly found: readonly PastFile[]
  /** Why not everything was looked at; undefined when all commits were. */
  readonly incomplete: string | undefined
}

export interface PastFile {
  /** Absolute, as if it were in the work tree. */
  readonly path: string
  /** The first ten digits of a commit that holds it. */
  readonly commit: string
  /** Whether a look into it found a secret; undefined when it could not be looked into. */
  readonly holdsSecret: boolean | undefined
}
