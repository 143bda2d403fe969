import type { Firewall } from '../readers/host/types.ts'
import type { Place } from '../text/place.ts'

/** What this machine says about itself at the moment. What could not be seen is in `unknown`, never taken for good. */
export interface LiveHost {
  readonly sockets: readonly ListeningSocket[]
  /** Packet filters of the running kernel, and ufw's own word about itself. */
  readonly firewalls: readonly Firewall[]
  /** False when no tool could be asked, so that no firewall can't be told from an unknown one. */
  readonly firewallSeen: boolean
  /** Volumes, the stack's folder and swap, and what lies under them. */
  readonly storage: readonly Storage[]
  readonly files: readonly SensitiveFile[]
  readonly certificates: readonly Certificate[]
  readonly updates: LiveUpdates
  /** Undefined: can't be told. */
  readonly timeSynchronised: boolean | undefined
  /** Kernel settings by name with dots. */
  readonly sysctl: Readonly<Record<string, string>>
  /** `apparmor`, `selinux`, …; undefined: can't be told. */
  readonly securityModules: readonly string[] | undefined
  /** Mode bits of Docker's socket; undefined when it is not there. */
  readonly dockerSocket: { readonly path: string; readonly mode: number } | undefined
  /** When an auditing program last wrote its report (milliseconds of the epoch). */
  readonly auditedAt: number | undefined
  readonly unknown: readonly { readonly what: string; readonly reason: string }[]
}

export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp'
  /** `0.0.0.0`, `127.0.0.1`, `::`, `fe80::1`. */
  readonly address: string
  readonly port: number
  /** Undefined when this user may not see it. */
  readonly process: string | undefined
}

export interface Storage {
  /** What is kept there: `volume`, `stack`, `docker` or `swap`. */
  readonly use: 'volume' | 'stack' | 'docker' | 'swap'
  readonly path: string
  readonly device: string
  /** In memory counts as encrypted: it is gone without power. Undefined: can't be told. */
  readonly encrypted: boolean | undefined
}

export interface SensitiveFile {
  readonly path: string
  readonly mode: number
  readonly kind: 'secret' | 'key' | 'credential' | 'dump'
}

export interface Certificate {
  readonly path: string
  readonly names: readonly string[]
  /** Milliseconds of the epoch. */
  readonly expiresAt: number
}

export interface LiveUpdates {
  /** When package lists were last fetched (milliseconds of the epoch). */
  readonly checkedAt: number | undefined
  /** Security updates that wait; undefined when nothing on the machine counts them. */
  readonly security: number | undefined
  readonly rebootRequired: boolean
  readonly at: Place
}
