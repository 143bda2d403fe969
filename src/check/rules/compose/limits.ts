import type { ComposeRepair } from '../../fix/repair.ts'
import type { ProfileService } from '../../profile/profile.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { at } from '../../text/tree.ts'
import { merge, roleOf } from './services.ts'

interface Limits {
  /** As Compose writes it. */
  readonly memory: string
  readonly pids: number
}

/** Room enough for an installation of some hundred people; each service can be given more. */
const USUAL: Limits = { memory: '2g', pids: 500 }
const BY_ROLE: Readonly<Partial<Record<ProfileService['role'], Limits>>> = {
  cache: { memory: '512m', pids: 200 },
  search: { memory: '2g', pids: 2_000 },
  model: { memory: '16g', pids: 1_000 },
  proxy: { memory: '512m', pids: 200 },
  backup: { memory: '1g', pids: 200 },
  tool: { memory: '512m', pids: 200 },
  'socket-proxy': { memory: '64m', pids: 50 },
}

/** Limits that are sensible for a service of its role. */
export function usualLimits(stack: Stack, service: Service): Limits {
  const role = roleOf(stack, service)
  return (role === undefined ? undefined : BY_ROLE[role]) ?? USUAL
}

/** Compose refuses a limit that stands in both places, so it goes where the service has others. */
export function limitRepair(service: Service, key: 'memory' | 'cpus' | 'pids', value: string | number): ComposeRepair {
  const deployed = at(service.tree, 'deploy', 'resources') !== undefined
  if (deployed) return merge(service, ['deploy', 'resources', 'limits', key], value)
  const short = { memory: 'mem_limit', cpus: 'cpus', pids: 'pids_limit' }
  return merge(service, [short[key]], value)
}

/** Bytes of `512m`, `1.5G`, `1073741824`; 0 when it is no size. */
export function bytesOf(text: string | undefined): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)i?b?$/i.exec(text?.trim() ?? '') ?? []
  return count === undefined ? 0 : Number(count) * 1_024 ** 'bkmgt'.indexOf((unit || 'b').toLowerCase())
}
