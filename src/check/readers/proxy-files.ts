import { basename, join, sep } from 'node:path'
import type { Disk } from '../disk.ts'
import { wholeFile } from '../text/place.ts'
import type { Mount } from './compose/types.ts'

/** A file or folder of the host that a container sees at `target`. */
export type BoundPath = Pick<Mount, 'source' | 'target'>

/** Folders that are looked into for the files of a proxy; nothing else is, so that a large tree costs nothing. */
const FOLDERS = new Set(
  (
    'caddy conf conf.d conf-enabled config configs contrib container containers deploy deployment docker etc gateway ' +
    'http.d nginx ops proxy reverse-proxy servers sites sites-available sites-enabled templates vhosts web'
  ).split(' '),
)
const MAX_DEPTH = 4
/** A name has at most 255 bytes. */
const MAX_PATTERN = 1_000
/** Names of one folder that are looked at. */
const MAX_NAMES = 5_000

/**
 * Absolute paths, sorted, of files below `folder` whose name and folder name are wanted. Looks four levels deep, and
 * only into folders with the usual names.
 */
export function findProxyFiles(
  disk: Disk,
  folder: string,
  wanted: (name: string, folder: string) => boolean,
): string[] {
  const found: string[] = []
  const look = (path: string, depth: number) => {
    const names = disk.list(path)
    if (names.length > MAX_NAMES)
      disk.problem(wholeFile(disk.shown(path)), `${names.length} files; only the first ${MAX_NAMES} are looked at`)
    for (const name of names.slice(0, MAX_NAMES)) {
      if (wanted(name, basename(path))) found.push(join(path, name))
      if (depth < MAX_DEPTH && FOLDERS.has(name.toLowerCase())) look(join(path, name), depth + 1)
    }
  }
  look(folder, 1)
  return found
}

/** Where a path of the container lies on the host, by the mount that is nearest; undefined when no mount covers it. */
export function hostPath(path: string, mounts: readonly BoundPath[]): string | undefined {
  let best: BoundPath | undefined
  for (const mount of mounts)
    if (isWithin(path, mount.target) && (best === undefined || mount.target.length > best.target.length)) best = mount
  return best === undefined ? undefined : join(best.source, path.slice(best.target.length))
}

/** Is it that folder or file itself, or something below it? Both absolute, without a trailing slash unless the root. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** The names of a folder that a shell pattern fits (`*`, `?`, `[a-z]`), and the pattern's own name without wildcards. */
export function globNames(disk: Disk, folder: string, pattern: string): readonly string[] {
  if (!hasWildcard(pattern)) return [pattern]
  if (pattern.length > MAX_PATTERN) return []
  return disk.list(folder).filter((name) => fits(name, pattern))
}

export function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/** Compares from star to star, never backtracking further than the last one: O(name × pattern). */
function fits(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  const parts = pattern.match(/\*+|\?|\[[^\]]*\]|[^*?[]|\[/g) ?? []
  let part = 0
  let position = 0
  let star = -1
  let mark = 0
  while (position < name.length) {
    const token = parts[part]
    if (token?.startsWith('*')) {
      star = part++
      mark = position
    } else if (token !== undefined && fitsOne(name[position]!, token)) {
      part++
      position++
    } else if (star !== -1) {
      part = star + 1
      position = ++mark
    } else return false
  }
  return parts.slice(part).every((token) => token.startsWith('*'))
}

function fitsOne(character: string, token: string): boolean {
  if (token === '?') return true
  if (token.length === 1) return token === character
  const negated = token[1] === '!' || token[1] === '^'
  const inner = token.slice(negated ? 2 : 1, -1)
  let hit = false
  for (let index = 0; index < inner.length; index++) {
    const range = inner[index + 1] === '-' && index + 2 < inner.length
    if (range ? character >= inner[index]! && character <= inner[index + 2]! : character === inner[index]) hit = true
    if (range) index += 2
  }
  return hit !== negated
}
