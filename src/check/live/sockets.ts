/** Listening sockets from /proc/net and the processes that hold them (proc(5)). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { endianness } from 'node:os'
import type { ListeningSocket } from './host-types.ts'

/** TCP_LISTEN; an unconnected UDP socket is TCP_CLOSE (include/net/tcp_states.h). */
const LISTENING = { tcp: '0A', udp: '07' } as const

/** The sockets of this machine. Throws when /proc/net can't be read. */
export function readSockets(): readonly ListeningSocket[] {
  const names = processesByInode()
  return (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((table) => {
    const protocol = table.startsWith('tcp') ? ('tcp' as const) : ('udp' as const)
    return parseSockets(readTable(`/proc/net/${table}`), protocol).map(({ inode, ...socket }) => ({
      ...socket,
      process: names.get(inode),
    }))
  })
}

/** A kernel without IPv6 has no such table. */
function readTable(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (path.endsWith('6')) return ''
    throw error
  }
}

/** Lines of `/proc/net/tcp` and its like. */
function parseSockets(
  table: string,
  protocol: 'tcp' | 'udp',
): readonly (Omit<ListeningSocket, 'process'> & { inode: string })[] {
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/)
    const local = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(fields[1] ?? '')
    if (local === null || fields[3] !== LISTENING[protocol]) return []
    return [{ protocol, address: addressOf(local[1]!), port: Number.parseInt(local[2]!, 16), inode: fields[9] ?? '' }]
  })
}

/** Words of 32 bits in the machine's own byte order. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => {
    const four = [...Buffer.from(word, 'hex')]
    return endianness() === 'LE' ? four.reverse() : four
  })
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255) return `::ffff:${bytes.slice(12).join('.')}`
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bytes[index * 2]! << 8) | bytes[index * 2 + 1]!).toString(16),
  )
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::')
}

/** Inode of a socket to the name of a process that holds it; only those that this user may see. */
function processesByInode(): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1]
        if (inode !== undefined) names.set(inode, name)
      }
    } catch {
      // It ended meanwhile or belongs to somebody else; its sockets stay without a name.
    }
  }
  return names
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
