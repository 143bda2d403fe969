/** Settings of the Docker engine and of databases that run on the host itself. */
import { parseDocument } from 'yaml'
import type { Disk } from '../../disk.ts'
import type { Located } from '../../text/place.ts'
import { createLocator, wholeFile } from '../../text/place.ts'
import { linesOf } from './lines.ts'
import type { HostTree } from './tree.ts'
import type { DatabaseAccess, DockerDaemon, HostDatabase } from './types.ts'

/** `daemon.json`: its keys on the first level, with plain values. */
export function readDaemon(disk: Disk, tree: HostTree): DockerDaemon | undefined {
  const path = tree.find('etc/docker/daemon.json')
  const file = path === undefined ? undefined : disk.read(path)
  if (file === undefined) return undefined
  const at = wholeFile(file.shown)
  const locate = createLocator(file.shown, file.text)
  try {
    const value: unknown = JSON.parse(file.text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not an object')
    const keys = keyOffsets(file.text)
    const values = Object.entries(value).map(([key, plain]) => {
      return [key, { value: plain as unknown, at: locate(keys.get(key) ?? 0) }] as const
    })
    return { at, values: new Map(values) }
  } catch {
    const offset = errorOffset(file.text)
    disk.problem(offset === undefined ? at : locate(offset), 'this is not a JSON object')
    return undefined
  }
}

/** JSON.parse does not always say where; JSON is YAML, and that parser does. Only for files of a sane size. */
function errorOffset(text: string): number | undefined {
  try {
    return text.length > 65_536 ? undefined : parseDocument(text).errors[0]?.pos[0]
  } catch {
    return undefined
  }
}

/** Where the keys of the outermost object of valid JSON are written. */
function keyOffsets(text: string): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>()
  let depth = 0
  for (const token of text.matchAll(/"((?:[^"\\]+|\\.)*)"?(\s*:)?|[{}[\]]/g)) {
    if (token[0] === '{' || token[0] === '[') depth++
    else if (token[0] === '}' || token[0] === ']') depth--
    else if (depth === 1 && token[2] !== undefined) offsets.set(token[1]!, token.index)
  }
  return offsets
}

/** Only these are kept: others can hold passwords (primary_conninfo, masterauth). */
const KEPT: ReadonlySet<string> = new Set(['listen_addresses', 'ssl', 'bind', 'protected-mode', 'requirepass'])

/** PostgreSQL and Redis below /etc. A bare file in the stack's folder belongs to a container and is left out. */
export function readDatabases(disk: Disk, tree: HostTree): readonly HostDatabase[] {
  return [
    ...postgresFolders(disk, tree).map((folder) => readPostgres(disk, tree, folder)),
    readRedis(disk, tree),
  ].filter((database) => database !== undefined)
}

/** Debian keeps `etc/postgresql/15/main`; copies often drop the version. */
function postgresFolders(disk: Disk, tree: HostTree): readonly string[] {
  const base = tree.find('etc/postgresql', true)
  const versions = base === undefined ? [] : disk.list(base).filter((name) => /^\d+(\.\d+)?$/.test(name))
  return versions.length > 0 ? versions.map((version) => `etc/postgresql/${version}/main`) : ['etc/postgresql']
}

function readPostgres(disk: Disk, tree: HostTree, folder: string): HostDatabase | undefined {
  const read = (name: string) => {
    const path = tree.find(`${folder}/${name}`, true)
    return path === undefined ? undefined : disk.read(path)
  }
  const conf = read('postgresql.conf')
  const hba = read('pg_hba.conf')
  const first = conf ?? hba
  if (first === undefined) return undefined
  const values = new Map<string, Located<string>>()
  for (const { text, at } of conf === undefined ? [] : linesOf(conf)) {
    const pair = /^([\w.]+)\s*=?\s*(?:'([^']*)'|([^#\s]*))/.exec(text)
    const name = pair?.[1]?.toLowerCase() ?? ''
    if (pair !== null && KEPT.has(name)) values.set(name, { value: pair[2] ?? pair[3]!, at })
  }
  const access = (hba === undefined ? [] : linesOf(hba)).map(({ text, at }) => accessOf(text.split(/\s+/), at))
  return { kind: 'postgresql', at: wholeFile(first.shown), values, access }
}

/** `host DATABASE USER ADDRESS [MASK] METHOD`; `local` has no address. */
function accessOf(
  [type = '', database = '', user = '', ...rest]: readonly string[],
  at: DatabaseAccess['at'],
): DatabaseAccess {
  const address = type === 'local' ? '' : (rest.shift() ?? '')
  // An address without a length is followed by a mask.
  const mask = /^\d+(\.\d+){3}$/.test(address) && /^\d+(\.\d+){3}$/.test(rest[0] ?? '') ? `/${rest.shift()}` : ''
  return { at, type, database, user, address: address + mask, method: rest[0] ?? '' }
}

function readRedis(disk: Disk, tree: HostTree): HostDatabase | undefined {
  const path = tree.find('etc/redis/redis.conf', true)
  const file = path === undefined ? undefined : disk.read(path)
  if (file === undefined) return undefined
  const values = new Map<string, Located<string>>()
  for (const { text, at } of linesOf(file)) {
    const name = text.split(/\s+/)[0]!
    // Only that there is a password is kept, not the password.
    const value = name === 'requirepass' ? 'set' : text.slice(name.length).trim()
    if (KEPT.has(name.toLowerCase())) values.set(name.toLowerCase(), { value, at })
  }
  return { kind: 'redis', at: wholeFile(file.shown), values, access: [] }
}
