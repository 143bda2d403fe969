/** The facts of one application: see `profiles/*.yaml`. Read through `profile/load.ts`, which checks every key. */
export interface Profile {
  /** File name without `.yaml`: what `--profile` takes. */
  readonly name: string
  readonly title: string
  /** The versions of the application that the facts were read from. */
  readonly versions: readonly string[]
  /** Repositories of its images (`loomio/loomio`), by which it is recognised; a `*` stands for anything within. */
  readonly images: readonly string[]
  readonly services: readonly ProfileService[]
  readonly paths: Readonly<Partial<Record<PathUse, readonly string[]>>>
  readonly settings: readonly Setting[]
  /** Names that look like settings and that nothing reads. */
  readonly unread: readonly UnreadSetting[]
  /** Names of these beginnings are known completely: any other name with one of them is read by nothing. */
  readonly complete: readonly string[]
  readonly data: readonly DataPlace[]
  /** Hosts that the application itself must reach: `smtp` and the like as a word for what the operator sets. */
  readonly outbound: readonly OutboundHost[]
  readonly signOn: readonly string[]
  /** File name of its guide without `.yaml`; none for the generic profile. */
  readonly guide: string | undefined
}

export type PathUse = 'admin' | 'login' | 'signup' | 'reset' | 'machine' | 'upload' | 'websocket' | 'health'

export interface ProfileService {
  readonly role:
    | 'app'
    | 'worker'
    | 'database'
    | 'cache'
    | 'search'
    | 'queue'
    | 'proxy'
    | 'model'
    | 'backup'
    | 'tool'
    | 'socket-proxy'
  /** Names and image repositories by which it is recognised; a `*` stands for anything within. */
  readonly names: readonly string[]
  readonly images: readonly string[]
  readonly ports: readonly number[]
  /** Path that its health check should ask; undefined when it speaks no HTTP. */
  readonly health: string | undefined
  /** Needs a way out to the internet. */
  readonly outbound: boolean
}

export interface Setting {
  readonly name: string
  readonly meaning: string
  readonly secret: boolean
  /** Any value turns it on, also "0" and "false". */
  readonly presence: boolean
  /** `NAME_FILE` is read, too. */
  readonly file: boolean
  /** Names of services (roles or names) that need it; empty: all of the application. */
  readonly neededBy: readonly string[]
  /** What it should be, as a regular expression on the whole value; undefined when anything goes. */
  readonly safe: string | undefined
  /** What happens when it is not safe. */
  readonly danger: string | undefined
  /** The value that `--fix` writes. */
  readonly suggest: string | undefined
  /** It must be set: what holds when it is not. */
  readonly required: string | undefined
}

export interface UnreadSetting {
  readonly name: string
  /** Why nothing comes of it, in one sentence. */
  readonly why: string
  /** The name that is read in its place. */
  readonly instead: string | undefined
}

export interface DataPlace {
  readonly what: string
  /** Service and path in the container, or a path beside the Compose file. */
  readonly service: string | undefined
  readonly path: string
  readonly kind: 'database' | 'files' | 'keys' | 'settings' | 'cache'
}

export interface OutboundHost {
  readonly host: string
  readonly why: string
  readonly optional: boolean
}
