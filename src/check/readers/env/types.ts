import type { Place } from '../../text/place.ts'

/** A file of `NAME=value` lines as Compose reads it. */
export interface EnvFile {
  /** Absolute. */
  readonly path: string
  readonly shown: string
  /** Unix mode bits. */
  readonly mode: number
  /** In their order; a name that comes twice counts as the last one says. */
  readonly entries: readonly EnvEntry[]
  /** `project`: `.env` beside the Compose file; `service`: named by an `env_file`; `example`: a sample that nothing reads. */
  readonly use: 'project' | 'service' | 'example'
}

export interface EnvEntry {
  readonly name: string
  /** After quotes, escapes and interpolation; undefined for a bare name, which is taken from the shell. */
  readonly value: string | undefined
  readonly at: Place
  readonly valueAt: Place
}
