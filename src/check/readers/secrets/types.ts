/** A file of the installation that holds secrets, or is meant to. */
export interface SecretFile {
  /** Absolute. */
  readonly path: string
  readonly shown: string
  /** `env`: settings, some of them secret; `key`: a key or credentials; `secret`: one value and nothing else. */
  readonly kind: 'env' | 'key' | 'secret'
  /** Names of the Compose secrets that are this file. */
  readonly names: readonly string[]
  /** A Compose secret can name a file that is not there. */
  readonly present: boolean
  /** Something else than settings, placeholders or a certificate is in it. */
  readonly holdsSecret: boolean
  /** Of `secret` only, without the line's end: to be judged, never to be shown. */
  readonly value: string | undefined
  /** Unix mode bits; undefined when it is not there, and on systems without them. */
  readonly mode: number | undefined
  /** Whom the folders above let pass to it. */
  readonly reach: 'others' | 'group' | 'owner'
  /** Milliseconds of the epoch; 0 when it is not there. */
  readonly modified: number
}
