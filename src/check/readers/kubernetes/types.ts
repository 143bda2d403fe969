import type { Located, Place } from '../../text/place.ts'
import type { Mapping } from '../../text/tree.ts'
import type { Image } from '../compose/types.ts'

/** One object of a manifest. Items of a `List` are objects of their own; a kustomization counts as one, too. */
export interface KubernetesObject {
  /** `apps/v1`. */
  readonly apiVersion: string
  readonly kind: string
  /** `generateName` when it has no name; empty when it has neither. */
  readonly name: string
  /** Empty when none is written: whoever applies it chooses. */
  readonly namespace: string
  readonly tree: Mapping
  readonly at: Place
  /** Shown name of the file. */
  readonly file: string
  /** Absolute path, or undefined when it came through standard input. */
  readonly path: string | undefined
  /** Which of the documents of the file, from 0. */
  readonly document: number
  /** Where it lies in its document: empty, or `['items', 3]` within a list. */
  readonly root: Path
  /** The chart's template that made it, of a `# Source:` comment. */
  readonly source: string | undefined
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, Located<string>>
  /** What it runs, when it runs something. */
  readonly workload: Workload | undefined
}

export type Path = readonly (string | number)[]

/** An object that starts pods: what its pods look like. */
export interface Workload {
  /** Its pod specification. */
  readonly pod: Mapping
  /** From the object to the pod specification. */
  readonly podPath: Path
  readonly podLabels: ReadonlyMap<string, string>
  readonly podAnnotations: ReadonlyMap<string, Located<string>>
  /** Runs to its end, like a Job. */
  readonly finite: boolean
  readonly containers: readonly Container[]
  /** Undefined: `default`. */
  readonly serviceAccount: Located<string> | undefined
  /** Its containers run on Windows, where most settings of Linux mean nothing. */
  readonly windows: boolean
}

export interface Container {
  /** sidecar: an init container that goes on running (`restartPolicy: Always`). */
  readonly role: 'main' | 'init' | 'sidecar' | 'ephemeral'
  readonly name: string
  readonly tree: Mapping
  readonly at: Place
  /** From the object to the container. */
  readonly path: Path
  readonly image: Located<Image> | undefined
}
