/** What the Docker engine says about itself and about everything that it runs. Values of environments are not kept. */
export interface LiveDocker {
  /** Path of the engine's socket. */
  readonly socket: string
  readonly version: string
  readonly operatingSystem: string
  /** Container ids are mapped to users of the host without rights. */
  readonly userNamespaces: boolean
  /** The engine itself runs as an ordinary user. */
  readonly rootless: boolean
  readonly liveRestore: boolean
  /** `name=apparmor`, `name=seccomp,profile=default`. */
  readonly securityOptions: readonly string[]
  /** Registries that are asked without a checked certificate; loopback is left out. */
  readonly insecureRegistries: readonly string[]
  readonly containers: readonly LiveContainer[]
  readonly networks: readonly LiveNetwork[]
  readonly images: readonly LiveImage[]
  /** Containers that were listed and could not be looked at: their name and why. Those that merely ended are not here. */
  readonly unknown: readonly { readonly what: string; readonly reason: string }[]
}

export interface LiveContainer {
  readonly id: string
  /** Without the leading slash. */
  readonly name: string
  /** As it was asked for: `postgres:15`. */
  readonly image: string
  /** `sha256:…` of the image's configuration. */
  readonly imageId: string
  readonly state: string
  readonly exitCode: number
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  readonly restarts: number
  readonly restartPolicy: string
  /** Empty: root. */
  readonly user: string
  readonly privileged: boolean
  /** Without `CAP_`. */
  readonly capAdd: readonly string[]
  readonly capDrop: readonly string[]
  readonly securityOpt: readonly string[]
  /** Name of its AppArmor profile; empty when there is none. */
  readonly appArmor: string
  readonly readOnly: boolean
  readonly pidMode: string
  readonly ipcMode: string
  readonly networkMode: string
  readonly userMode: string
  /** `json-file`, `journald`, `none`, … */
  readonly logDriver: string
  /** Its files are rotated: the driver does so by itself, or it has a largest size. */
  readonly logBounded: boolean
  /** Bytes; 0 is no limit. */
  readonly memory: number
  /** CPUs; 0 is no limit. */
  readonly cpus: number
  readonly pids: number
  readonly mounts: readonly LiveMount[]
  /** Names of the networks that it is on. */
  readonly networks: readonly string[]
  readonly ports: readonly LivePort[]
  readonly environment: readonly LiveVariable[]
  /** From the labels that Compose sets; undefined when something else started it. */
  readonly compose: LiveCompose | undefined
}

export interface LiveMount {
  readonly kind: string
  /** Path on the host, or the volume's name. */
  readonly source: string
  readonly target: string
  readonly readOnly: boolean
}

export interface LivePort {
  /** `0.0.0.0` and `::` are all addresses. */
  readonly hostAddress: string
  readonly published: number
  readonly target: number
  readonly protocol: string
}

export interface LiveVariable {
  readonly name: string
  /** What is weak about its value, for names that stand for secrets; the value itself is forgotten at once. */
  readonly weakness: string | undefined
}

export interface LiveCompose {
  readonly project: string
  readonly service: string
  readonly folder: string
  readonly files: readonly string[]
  /** A one-time container of `docker compose run`. */
  readonly oneOff: boolean
}

export interface LiveNetwork {
  readonly id: string
  readonly name: string
  readonly driver: string
  readonly internal: boolean
  /** The host's own addresses on its bridge. */
  readonly gateways: readonly string[]
}

export interface LiveImage {
  readonly id: string
  readonly tags: readonly string[]
  /** `postgres@sha256:…`; none for an image that never was in a registry. */
  readonly digests: readonly string[]
  /** Milliseconds of the epoch. */
  readonly createdAt: number
}
