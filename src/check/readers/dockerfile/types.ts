import type { Located, Place } from '../../text/place.ts'
import type { Image } from '../compose/types.ts'

/** One Dockerfile, taken apart into its stages. */
export interface Dockerfile {
  /** Absolute. */
  readonly path: string
  readonly shown: string
  /** Names of the Compose services that are built from it. */
  readonly services: readonly string[]
  /** At least one. */
  readonly stages: readonly Stage[]
  /** The stage that becomes the image: the last one, or the one that Compose asks for. */
  readonly final: Stage
  /** `ARG`s before the first `FROM`. */
  readonly globals: readonly Instruction[]
  readonly context: BuildContext
}

/** What the builder is given besides the Dockerfile. */
export interface BuildContext {
  /** Absolute. */
  readonly folder: string
  /** A `.dockerignore`, or one of its own beside the Dockerfile, was read. */
  readonly ignoreFile: boolean
  /** Names at the top of the folder that should not get into an image and that no ignore file leaves out: `.git`, `.env`. */
  readonly sensitive: readonly string[]
}

export interface Stage {
  /** Its name after `AS`, or undefined. */
  readonly name: string | undefined
  /** Place of its `FROM`. */
  readonly at: Place
  /** What it begins with; undefined for `scratch`, for another stage, and when its name can't be known. */
  readonly image: Located<Image> | undefined
  /** The stage that it begins with, when it is one of this file. */
  readonly parent: Stage | undefined
  /** `linux/arm64`; undefined when none is named. */
  readonly platform: string | undefined
  /** Without its `FROM`, in their order. */
  readonly instructions: readonly Instruction[]
}

export interface Instruction {
  /** In capitals: `RUN`. What `ONBUILD` holds back counts as `ONBUILD`. */
  readonly keyword: string
  readonly at: Place
  /** Its words without flags and without the lines of heredocs. */
  readonly words: readonly Located<string>[]
  /** `--chown=a:b` as `chown` to `a:b`; empty when it has no value. */
  readonly flags: ReadonlyMap<string, string>
  /** Everything after the keyword, flags and heredocs included, continued lines joined by spaces. */
  readonly text: string
  /** What an `ENV` or `ARG` sets; undefined when an `ARG` has no default. */
  readonly variables: readonly { readonly name: string; readonly value: string | undefined; readonly at: Place }[]
}
