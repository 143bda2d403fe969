import type { LiveDocker } from './live/docker-types.ts'
import type { LiveHost } from './live/host-types.ts'
import type { Profile } from './profile/profile.ts'
import type { Automation } from './readers/automation/types.ts'
import type { CaddyFile } from './readers/caddy/types.ts'
import type { ComposeProject } from './readers/compose/types.ts'
import type { Dockerfile } from './readers/dockerfile/types.ts'
import type { EnvFile } from './readers/env/types.ts'
import type { Repository } from './readers/git/types.ts'
import type { HostSettings } from './readers/host/types.ts'
import type { KubernetesObject } from './readers/kubernetes/types.ts'
import type { NginxFile } from './readers/nginx/types.ts'
import type { PackageFile } from './readers/package/types.ts'
import type { ScanReport } from './readers/scans/types.ts'
import type { SecretFile } from './readers/secrets/types.ts'

/** Everything that was read of one installation. Rules look at nothing else. */
export interface Stack {
  /** Absolute. */
  readonly folder: string
  /** As it is shown. */
  readonly shown: string
  readonly profile: Profile
  readonly compose: ComposeProject | undefined
  readonly env: readonly EnvFile[]
  /** An env file of the project is there and could not be read: what is not seen may well be set. */
  readonly envIncomplete: boolean
  /** Env files, files of Compose secrets, keys: with their modes and whom they are open to. */
  readonly secretFiles: readonly SecretFile[]
  readonly dockerfiles: readonly Dockerfile[]
  readonly nginx: readonly NginxFile[]
  readonly caddy: readonly CaddyFile[]
  readonly kubernetes: readonly KubernetesObject[]
  /** Files of the host's own configuration that were found or named (sshd, ufw, nftables, fail2ban, apt, sysctl). */
  readonly host: HostSettings | undefined
  readonly packages: readonly PackageFile[]
  /** CI workflows, Dependabot and Renovate settings, crontabs and scripts that make backups. */
  readonly automation: readonly Automation[]
  readonly scans: readonly ScanReport[]
  readonly repository: Repository | undefined
  /** With `--docker` only. */
  readonly liveDocker: LiveDocker | undefined
  /** With `--host` only. */
  readonly liveHost: LiveHost | undefined
  /** Milliseconds of the epoch: for ages and expiry. */
  readonly now: number
}
