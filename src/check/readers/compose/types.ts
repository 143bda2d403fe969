import type { Located, Place } from '../../text/place.ts'
import type { Mapping, Tree, VariableUse } from '../../text/tree.ts'

/** A Compose project: all its files merged as Compose merges them, and still knowing where everything is written. */
export interface ComposeProject {
  /** Shown names of the files, the first being the main one. */
  readonly files: readonly string[]
  /** Absolute path of the main file. */
  readonly path: string
  /** Merged and interpolated. */
  readonly tree: Mapping
  /** All of them, also those that only a profile starts. */
  readonly services: readonly Service[]
  readonly networks: ReadonlyMap<string, Network>
  readonly volumes: ReadonlyMap<string, Volume>
  readonly secrets: ReadonlyMap<string, FileResource>
  readonly configs: ReadonlyMap<string, FileResource>
  /** Absolute paths of the env files that gave variables: `.env` beside the main file, and those of its includes. */
  readonly envFiles: readonly string[]
  /** Every variable of the project's files, by name: what `.env` entries are needed for. */
  readonly variables: ReadonlyMap<string, readonly VariableUse[]>
}

export interface Service {
  readonly name: string
  /** Place of its key. */
  readonly at: Place
  /** The merged mapping, for keys that have no field here. */
  readonly tree: Mapping
  readonly image: Located<Image> | undefined
  /** Folder and Dockerfile (absolute paths) when it is built here. */
  readonly build: Located<{ readonly context: string; readonly dockerfile: string }> | undefined
  /** Started only with one of these profiles; empty: always. */
  readonly profiles: readonly string[]
  readonly ports: readonly PublishedPort[]
  /** Container ports named by `expose`. */
  readonly expose: readonly Located<string>[]
  readonly mounts: readonly Mount[]
  /** Names of networks that it joins; `default` when it names none; empty with `network_mode`. */
  readonly networks: readonly Located<string>[]
  readonly networkMode: Located<string> | undefined
  /** What the container's environment will be, `env_file`s included; later ones win, as in Compose. */
  readonly environment: ReadonlyMap<string, EnvironmentValue>
  readonly command: readonly Located<string>[]
  readonly entrypoint: readonly Located<string>[]
  readonly user: Located<string> | undefined
  readonly privileged: Located<boolean> | undefined
  readonly capAdd: readonly Located<string>[]
  readonly capDrop: readonly Located<string>[]
  readonly securityOpt: readonly Located<string>[]
  readonly readOnly: Located<boolean> | undefined
  readonly pid: Located<string> | undefined
  readonly ipc: Located<string> | undefined
  readonly restart: Located<string> | undefined
  readonly healthcheck: Healthcheck | undefined
  readonly limits: {
    readonly memory: Located<string> | undefined
    readonly cpus: Located<string> | undefined
    readonly pids: Located<string> | undefined
  }
  readonly secrets: readonly Located<string>[]
  readonly configs: readonly Located<string>[]
  readonly labels: ReadonlyMap<string, Located<string>>
  readonly dependsOn: readonly Located<string>[]
}

/** `registry/name:tag@digest` taken apart. */
export interface Image {
  /** As written. */
  readonly text: string
  /** `docker.io` when none is written. */
  readonly registry: string
  /** `library/postgres` for `postgres`. */
  readonly repository: string
  /** Undefined when none is written, which means `latest` unless there is a digest. */
  readonly tag: string | undefined
  readonly digest: string | undefined
}

export interface PublishedPort {
  readonly at: Place
  /** Address on the host; empty: all addresses, IPv4 and IPv6. */
  readonly hostAddress: string
  /** First and last port on the host; undefined when Docker chooses. */
  readonly published: readonly [number, number] | undefined
  readonly target: readonly [number, number]
  readonly protocol: 'tcp' | 'udp' | 'sctp'
}

export interface Mount {
  readonly at: Place
  readonly kind: 'bind' | 'volume' | 'tmpfs' | 'other'
  /** Absolute path of a bind, name of a volume, empty for an anonymous volume or a tmpfs. */
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}

export interface EnvironmentValue {
  readonly name: string
  /** Undefined: taken from the shell that starts Compose. */
  readonly value: string | undefined
  /** Where the name is written for this container. */
  readonly at: Place
  /** Where the value itself is written: an entry of `.env` or of an `env_file`, a default, or the same as `at`. */
  readonly writtenAt: Place
  readonly by: 'environment' | 'env_file'
  readonly variables: readonly VariableUse[]
}

export interface Healthcheck {
  readonly at: Place
  readonly disabled: boolean
  /** Joined by spaces, without CMD or CMD-SHELL. */
  readonly test: Located<string> | undefined
}

export interface Network {
  readonly name: string
  readonly at: Place
  readonly internal: boolean
  readonly external: boolean
  readonly driver: string
  readonly tree: Tree | undefined
}

export interface Volume {
  readonly name: string
  readonly at: Place
  readonly external: boolean
  readonly tree: Tree | undefined
}

/** A secret or config: a file, a variable, or made outside. */
export interface FileResource {
  readonly name: string
  readonly at: Place
  /** Absolute. */
  readonly file: string | undefined
  readonly environment: string | undefined
  readonly external: boolean
}
