/** Finds the host's files below the root of a machine or below a folder that holds copies of some of them. */
import { basename, join } from 'node:path'
import type { Disk } from '../../disk.ts'

export interface HostTree {
  readonly root: string
  /** A whole machine lies there. */
  readonly whole: boolean
  /** Where `etc/ssh/sshd_config` is, or undefined. `scattered`: its bare name counts only in a folder `host`. */
  find(path: string, scattered?: boolean): string | undefined
  /** Paths of the files in a folder such as `etc/sysctl.d`, by name. */
  filesIn(folder: string, wanted: (name: string) => boolean): readonly string[]
}

/** Bare names that can mean nothing but a host's file. */
const LONE: ReadonlySet<string> = new Set([
  ...['etc', 'ssh', 'sshd_config', 'sshd_config.d', 'ufw', 'user.rules', 'user6.rules', 'nftables.conf', 'rules.v4'],
  ...['rules.v6', 'iptables.rules', 'fail2ban', 'jail.conf', 'jail.local', 'jail.d', '20auto-upgrades'],
  ...['50unattended-upgrades', 'automatic.conf', 'sysctl.conf', 'sysctl.d', 'daemon.json', 'logrotate.conf'],
  ...['logrotate.d', 'pg_hba.conf', 'sudoers', 'sudoers.d'],
])

/** Undefined when nothing below the root looks like a host's file: then only its folder was listed. */
export function openHostTree(disk: Disk, root: string): HostTree | undefined {
  if (root === '/') return createTree(disk, root, ['/'], true)
  const names = disk.list(root)
  const bases = names.includes('host') ? [join(root, 'host')] : []
  if (names.some((name) => LONE.has(name))) bases.push(root)
  if (bases.length === 0) return undefined
  return createTree(disk, root, bases, isThere(disk, join(root, 'etc/os-release')))
}

function createTree(disk: Disk, root: string, bases: readonly string[], whole: boolean): HostTree {
  const candidates = (path: string, scattered: boolean) =>
    bases.flatMap((base) => {
      if (whole) return [join(base, path)]
      const bare = scattered && base === root ? [] : [join(base, basename(path))]
      return [join(base, path), join(base, path.replace(/^etc\//, '')), ...bare]
    })
  return {
    root,
    whole,
    find: (path, scattered = false) => candidates(path, scattered).find((candidate) => isThere(disk, candidate)),
    filesIn(folder, wanted) {
      for (const candidate of candidates(folder, false)) {
        const names = isThere(disk, candidate) ? disk.list(candidate).filter(wanted) : []
        if (names.length > 0) return names.map((name) => join(candidate, name))
      }
      return []
    },
  }
}

/** A path that this user may not look at counts as there: reading it then says so. */
export function isThere(disk: Disk, path: string): boolean {
  try {
    return disk.exists(path)
  } catch {
    return true
  }
}
