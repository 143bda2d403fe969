/** What lies under a path: which device, and whether dm-crypt (LUKS) is between it and the disk. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Storage } from './host-types.ts'

interface MountPoint {
  readonly path: string
  readonly device: string
  readonly fileSystem: string
  /** `253:0`. */
  readonly number: string
}

/** Where the kernel tells it; another folder only for looking at a copy. */
export interface Kernel {
  readonly proc: string
  readonly sys: string
}

const MEMORY: ReadonlySet<string> = new Set(['tmpfs', 'ramfs'])

/** Looks under each path that is there. `wanted` names the uses of paths. */
export function readStorage(wanted: readonly Pick<Storage, 'use' | 'path'>[], kernel: Kernel): readonly Storage[] {
  const mounts = mountPoints(readText(join(kernel.proc, 'self/mountinfo')) ?? '')
  const paths = wanted.flatMap(({ use, path }) => {
    const real = realPath(path)
    const mount = real === undefined ? undefined : mountOf(real, mounts)
    return mount === undefined ? [] : [{ use, path, device: mount.device, encrypted: isMountEncrypted(mount, kernel) }]
  })
  return [...paths, ...readSwap(mounts, kernel)]
}

/** `/proc/self/mountinfo`: id, parent, major:minor, root, mount point, options, …, `-`, type, source. */
function mountPoints(text: string): readonly MountPoint[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ')
    const [, , number, , path] = left.split(' ')
    const [fileSystem, device] = right.split(' ')
    if (number === undefined || path === undefined || fileSystem === undefined || device === undefined) return []
    // Blanks are written as \040.
    const plain = path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    return [{ path: plain, device, fileSystem, number }]
  })
}

/** The longest mount point above a path; of equal ones the last, which lies on top. */
function mountOf(path: string, mounts: readonly MountPoint[]): MountPoint | undefined {
  const above = mounts.filter((mount) => path === mount.path || path.startsWith(mount.path.replace(/\/?$/, '/')))
  return above.reduce<MountPoint | undefined>(
    (best, mount) => (best === undefined || mount.path.length >= best.path.length ? mount : best),
    undefined,
  )
}

function isMountEncrypted(mount: MountPoint, kernel: Kernel): boolean | undefined {
  if (MEMORY.has(mount.fileSystem)) return true
  // Btrfs and others have a number of their own; their source names a real device.
  const device = mount.number.startsWith('0:')
    ? realPath(mount.device)
    : realPath(join(kernel.sys, 'dev/block', mount.number))
  if (device === undefined || !device.startsWith('/')) return undefined
  return isDeviceEncrypted(basename(device), kernel)
}

/** `dm-0` or `vda1`. A volume of LVM or RAID is encrypted when everything below it is. Undefined: not a known device. */
export function isDeviceEncrypted(name: string, kernel: Kernel, depth = 0): boolean | undefined {
  const folder = realPath(join(kernel.sys, 'class/block', name)) ?? realPath(join(kernel.sys, 'block', name))
  if (folder === undefined || depth > 8) return undefined
  if (/^(zram|ram)\d/.test(name)) return true
  if (readText(join(folder, 'dm/uuid'))?.startsWith('CRYPT-')) return true
  if (name.startsWith('loop')) return undefined
  const below = namesIn(join(folder, 'slaves')).map((slave) => isDeviceEncrypted(slave, kernel, depth + 1))
  if (below.length === 0 || below.includes(false)) return false
  return below.includes(undefined) ? undefined : true
}

/** `/proc/swaps`: a partition or a file. */
function readSwap(mounts: readonly MountPoint[], kernel: Kernel): readonly Storage[] {
  const lines = (readText(join(kernel.proc, 'swaps')) ?? '').split('\n').slice(1)
  return lines.flatMap((line) => {
    const [path, type] = line.split(/\s+/)
    if (path === undefined || path === '' || type === undefined) return []
    const mount = type === 'file' ? mountOf(path, mounts) : undefined
    const encrypted =
      mount === undefined
        ? isDeviceEncrypted(basename(realPath(path) ?? path), kernel)
        : isMountEncrypted(mount, kernel)
    return [{ use: 'swap' as const, path, device: mount?.device ?? path, encrypted }]
  })
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function realPath(path: string): string | undefined {
  return attempt(() => (statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : realpathSync(path)))
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
