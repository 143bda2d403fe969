import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const LISTEN = '0A'

/** The process that listens on a TCP port, as far as /proc shows it to this user. */
export function portHolder(port: number): { readonly pid: number; readonly command: string } | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeners(table, port)))
  if (inodes.size === 0) return undefined
  const pid = numericNames('/proc').find((candidate) => holdsAny(candidate, inodes))
  return pid === undefined ? undefined : { pid: Number(pid), command: commandOf(pid) }
}

/** Inodes of the sockets that listen on this port: proc(5), columns local_address, st, inode. */
function listeners(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readLines(table).flatMap((line) => {
    const columns = line.trim().split(/\s+/)
    return columns[1]?.endsWith(suffix) === true && columns[3] === LISTEN && columns[9] !== undefined
      ? [columns[9]]
      : []
  })
}

function holdsAny(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
      return inode !== undefined && inodes.has(inode)
    })
  } catch {
    return false // A process of another user, or one that just ended: it can't be named.
  }
}

function commandOf(pid: string): string {
  return readLines(`/proc/${pid}/comm`)[0] ?? 'a process'
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, 100_000)
  } catch {
    return []
  }
}

function numericNames(folder: string): string[] {
  return readdirSync(folder).filter((name) => /^\d+$/.test(name))
}
