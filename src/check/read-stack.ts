import { basename, join } from 'node:path'
import type { Disk } from './disk.ts'
import type { LiveDocker } from './live/docker-types.ts'
import type { LiveHost } from './live/host-types.ts'
import { loadProfile } from './profile/load.ts'
import type { Profile } from './profile/profile.ts'
import { recogniseProfile } from './profile/recognise.ts'
import { readAutomation } from './readers/automation/read.ts'
import { readCaddy } from './readers/caddy/read.ts'
import { readCompose } from './readers/compose/read.ts'
import type { ComposeProject } from './readers/compose/types.ts'
import { readDockerfiles } from './readers/dockerfile/read.ts'
import { readEnvFiles } from './readers/env/read.ts'
import { readRepository } from './readers/git/read.ts'
import type { Repository } from './readers/git/types.ts'
import { readHost } from './readers/host/read.ts'
import type { HostSettings } from './readers/host/types.ts'
import { findManifests } from './readers/kubernetes/find.ts'
import { readKubernetes } from './readers/kubernetes/read.ts'
import type { KubernetesObject } from './readers/kubernetes/types.ts'
import { readNginx } from './readers/nginx/read.ts'
import { readPackages } from './readers/package/read.ts'
import { caddyVariables, proxyMounts } from './readers/proxy-context.ts'
import { readScans } from './readers/scans/read.ts'
import { readSecretFiles } from './readers/secrets/read.ts'
import type { Stack } from './stack.ts'

export interface ReadOptions {
  /** Name of a profile; `auto`: recognised by images and names. */
  readonly profile: string
  /** Absolute paths, in place of the files that Compose would find. */
  readonly composeFiles?: readonly string[] | undefined
  /** Settings of the machine itself, in place of copies that lie in the folder. */
  readonly host?: HostSettings | undefined
  /** When it is known already. */
  readonly repository?: Repository | undefined
  readonly liveDocker?: LiveDocker | undefined
  readonly liveHost?: LiveHost | undefined
  /** Milliseconds of the epoch. */
  readonly now: number
  /** Told of what is left out for a reason that is no fault. */
  readonly note?: (text: string) => void
}

/**
 * Everything that lies in the folder of one installation. What can't be read is a problem of the disk.
 *
 * @throws CastellanError `check.unknown-name` for a profile that there is not
 */
export function readStack(disk: Disk, folder: string, options: ReadOptions): Stack {
  const compose = readCompose(disk, folder, options.composeFiles)
  const mounts = proxyMounts(compose)
  const env = readEnvFiles(disk, folder, compose)
  const kubernetes = readManifests(disk, folder, options.note)
  return {
    folder,
    shown: disk.shown(folder),
    profile: profileOf(options.profile, compose, kubernetes, basename(folder)),
    compose,
    env,
    envIncomplete: missesEnv(disk, folder, compose),
    dockerfiles: readDockerfiles(disk, folder, compose),
    nginx: readNginx(disk, folder, mounts),
    caddy: readCaddy(disk, folder, { mounts, variables: caddyVariables(compose) }),
    kubernetes,
    host: options.host ?? readHost(disk, folder),
    packages: readPackages(disk, folder),
    automation: readAutomation(disk, folder),
    scans: readScans(disk, folder),
    secretFiles: readSecretFiles(disk, folder, compose, env),
    repository: options.repository ?? readRepository(disk, folder),
    liveDocker: options.liveDocker,
    liveHost: options.liveHost,
    now: options.now,
  }
}

/** An installation that is manifests and nothing else, as `--k8s` names them. */
export function manifestStack(
  folder: string,
  shown: string,
  kubernetes: readonly KubernetesObject[],
  { profile, now }: Pick<ReadOptions, 'profile' | 'now'>,
): Stack {
  return { ...emptyStack(folder, profileOf(profile, undefined, kubernetes, '')), shown, kubernetes, now }
}

/** An installation in which nothing was found. */
export function emptyStack(folder: string, profile: Profile): Stack {
  return {
    ...{ folder, shown: '.', profile, compose: undefined, env: [], envIncomplete: false },
    ...{ dockerfiles: [], nginx: [], caddy: [] },
    ...{ kubernetes: [], host: undefined, packages: [], automation: [], scans: [], secretFiles: [] },
    ...{ repository: undefined, liveDocker: undefined, liveHost: undefined, now: 0 },
  }
}

/** Looks at what was read before; nothing is read twice. */
function missesEnv(disk: Disk, folder: string, compose: ComposeProject | undefined): boolean {
  const files = [join(folder, '.env'), ...(compose?.envFiles ?? [])]
  return files.some((path) => disk.exists(path) && disk.read(path) === undefined)
}

function readManifests(disk: Disk, folder: string, note?: (text: string) => void): readonly KubernetesObject[] {
  const { paths, charts } = findManifests(disk, folder)
  for (const chart of charts)
    note?.(`${disk.shown(chart)} is a Helm chart: pipe the output of helm template into castellan check --k8s -`)
  return paths.length === 0 ? [] : readKubernetes(disk, paths)
}

function profileOf(
  wanted: string,
  compose: ComposeProject | undefined,
  kubernetes: readonly KubernetesObject[],
  folderName: string,
): Profile {
  if (wanted !== 'auto') return loadProfile(wanted)
  const services = compose?.services ?? []
  const containers = kubernetes.flatMap(({ workload }) => workload?.containers ?? [])
  const images = [...services, ...containers].flatMap(({ image }) => image?.value.text ?? [])
  const names = [...services.map(({ name }) => name), ...kubernetes.map(({ name }) => name), folderName]
  return recogniseProfile(
    images,
    names.filter((name) => name !== ''),
  )
}
