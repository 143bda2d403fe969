/**
 * Live facts that were written as JSON: by the helper that may look at the engine and the host, or as a sample of a
 * rule. What is left out takes the value of a quiet machine on which nothing runs.
 */

import type { LiveContainer, LiveDocker } from './docker-types.ts'
import type { LiveHost } from './host-types.ts'
import { list, record, text } from './json.ts'

const CONTAINER: LiveContainer = {
  ...{ id: '', name: '', image: '', imageId: '', state: 'running', exitCode: 0, health: 'healthy', restarts: 0 },
  ...{ restartPolicy: 'unless-stopped', user: '1000:1000', privileged: false, capAdd: [], capDrop: ['ALL'] },
  ...{
    securityOpt: ['no-new-privileges:true'],
    appArmor: 'docker-default',
    readOnly: true,
    pidMode: '',
    ipcMode: 'private',
  },
  ...{
    logDriver: 'local',
    logBounded: true,
    networkMode: 'app',
    userMode: '',
    memory: 268_435_456,
    cpus: 1,
    pids: 100,
    mounts: [],
    networks: ['app'],
  },
  ...{ ports: [], environment: [], compose: undefined },
}

const DOCKER: LiveDocker = {
  ...{ socket: '/var/run/docker.sock', version: '28.0.0', operatingSystem: '', userNamespaces: true, rootless: false },
  ...{ liveRestore: true, securityOptions: ['name=apparmor', 'name=seccomp,profile=builtin', 'name=userns'] },
  ...{ insecureRegistries: [], containers: [], networks: [], images: [], unknown: [] },
}

const HOST: LiveHost = {
  ...{ sockets: [], firewalls: [], firewallSeen: false, storage: [], files: [], certificates: [], sysctl: {} },
  updates: {
    checkedAt: undefined,
    security: undefined,
    rebootRequired: false,
    at: { file: 'host:updates', line: 0, column: 0 },
  },
  ...{
    timeSynchronised: undefined,
    securityModules: undefined,
    dockerSocket: undefined,
    auditedAt: undefined,
    unknown: [],
  },
}

/** `value`: parsed JSON of a LiveDocker, of which parts may be absent. Throws a TypeError when a part has another kind. */
export function savedDocker(value: unknown): LiveDocker {
  const docker = complete(DOCKER, value, 'live-docker')
  const containers = list(docker.containers).map((one) => {
    const container = complete(CONTAINER, one, 'container')
    const compose = record(one)['compose']
    return compose === undefined
      ? container
      : {
          ...container,
          compose: complete({ project: '', service: '', folder: '', files: [], oneOff: false }, compose, 'compose'),
        }
  })
  const networks = docker.networks.map((one) =>
    complete({ id: '', name: '', driver: 'bridge', internal: false, gateways: [] }, one, 'network'),
  )
  const images = docker.images.map((one) => complete({ id: '', tags: [], digests: [], createdAt: 0 }, one, 'image'))
  return { ...docker, containers, networks, images }
}

/** `value`: parsed JSON of a LiveHost, of which parts may be absent. Throws a TypeError when a part has another kind. */
export function savedHost(value: unknown): LiveHost {
  const host = complete(HOST, value, 'live-host')
  const firewalls = host.firewalls.map((one) => ({
    ...{
      tool: 'iptables' as const,
      family: 'both' as const,
      at: { file: `host:${text(record(one)['tool'])}`, line: 0, column: 0 },
    },
    ...{ active: undefined, input: undefined, output: undefined, open: [], filtersContainers: false },
    ...one,
  }))
  return { ...host, firewalls, updates: { ...HOST.updates, ...host.updates } }
}

/** Puts a value over its defaults. An unknown key is an error, as a misspelled one would be lost in silence. */
function complete<T extends object>(defaults: T, value: unknown, what: string): T {
  const given = record(value)
  for (const [key, part] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, key)) throw new TypeError(`${what}: there is no "${key}"`)
    const expected: unknown = defaults[key as keyof T]
    if (expected !== undefined && kindOf(part) !== kindOf(expected))
      throw new TypeError(`${what}: "${key}" must be ${kindOf(expected)}, not ${kindOf(part)}`)
  }
  return { ...defaults, ...given }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value
}
