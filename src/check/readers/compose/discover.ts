import { readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import type { Disk } from '../../disk.ts'
import { wholeFile } from '../../text/place.ts'
import { readProjectEnv } from './project-env.ts'

/** In the order in which Compose prefers them. */
const MAIN_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
const OVERRIDE_NAMES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
]
/**
 * `docker-compose.prod.yml`: Compose reads it only when it is named, and yet it is what describes the installation. What
 * `--fix` wrote is not in use until somebody says so.
 */
const OTHER_NAME = /^(?:docker-)?compose[._-](?!castellan\.).*\.ya?ml$/

/**
 * The files that `docker compose up` in this folder would merge, as absolute paths: those of `COMPOSE_FILE` in `.env`,
 * else the first standard name and its override file. With neither, the only other file named like a Compose file; of
 * several such files one for production or the first, and the others are a problem, as it can't be known which belong together.
 */
export function findComposeFiles(disk: Disk, folder: string): readonly string[] {
  const env = readProjectEnv(disk, [folder])
  const listed = env.lookup('COMPOSE_FILE')?.value
  if (listed) {
    const separator = env.lookup('COMPOSE_PATH_SEPARATOR')?.value || ':'
    return listed
      .split(separator)
      .filter((name) => name !== '')
      .map((name) => resolve(folder, name))
  }
  const names = new Set(disk.list(folder))
  const pick = (candidates: readonly string[]) => candidates.find((name) => names.has(name))
  const main = pick(MAIN_NAMES)
  if (main === undefined) return otherFile(disk, folder, [...names])
  const override = pick(OVERRIDE_NAMES)
  return [main, ...(override === undefined ? [] : [override])].map((name) => join(folder, name))
}

function otherFile(disk: Disk, folder: string, names: readonly string[]): readonly string[] {
  const others = names.filter((name) => OTHER_NAME.test(name))
  const [first, ...more] = others.sort((a, b) => Number(b.includes('prod')) - Number(a.includes('prod')))
  if (first === undefined) return []
  for (const name of more) {
    const shown = disk.shown(join(folder, name))
    disk.problem(
      wholeFile(shown),
      `not read, as ${first} is; name the files that belong together in COMPOSE_FILE in .env`,
    )
  }
  return [join(folder, first)]
}

/** More than any real tree of projects; each further folder is a problem, told once. */
export const MAX_FOLDERS = 50_000
export const MAX_FOLDER_DEPTH = 12

const SKIPPED = new Set(['node_modules', 'vendor', '__pycache__', 'venv', 'site-packages'])

/**
 * The installations below the given paths, as absolute folders: each folder that holds a Compose file; a path below which
 * there is none stands for itself, as it may hold Dockerfiles, manifests or settings of a proxy. A path that is a file
 * stands for its folder. Hidden folders and packages are left out, links are followed once.
 */
export function findStacks(disk: Disk, paths: readonly string[]): readonly string[] {
  const found = new Set<string>()
  const walk: Walk = { disk, seen: new Set(), found, folders: 0, full: false }
  for (const path of paths) {
    const absolute = resolve(path)
    if (!disk.exists(absolute)) disk.problem(wholeFile(disk.shown(absolute)), 'it is not there')
    else if (!isFolder(absolute)) found.add(dirname(absolute))
    else {
      visit(walk, absolute, realOf(absolute), 0)
      const within = absolute.endsWith(sep) ? absolute : absolute + sep
      if (![...found].some((folder) => folder === absolute || folder.startsWith(within))) found.add(absolute)
    }
  }
  return [...found]
}

interface Walk {
  readonly disk: Disk
  /** Real paths, so that a loop of links ends. */
  readonly seen: Set<string>
  readonly found: Set<string>
  folders: number
  full: boolean
}

/** `real` is the folder without links; undefined for a link that leads nowhere or in a circle. */
function visit(walk: Walk, folder: string, real: string | undefined, depth: number): void {
  if (real === undefined || walk.seen.has(real)) return
  walk.seen.add(real)
  walk.folders += 1
  if (walk.folders > MAX_FOLDERS || depth > MAX_FOLDER_DEPTH) {
    stop(walk, folder)
    return
  }
  const entries = entriesOf(walk, folder)
  if (entries.some(({ name }) => MAIN_NAMES.includes(name) || OTHER_NAME.test(name))) walk.found.add(folder)
  for (const entry of entries) {
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) visit(walk, path, join(real, entry.name), depth + 1)
    else if (entry.isSymbolicLink() && isFolder(path)) visit(walk, path, realOf(path), depth + 1)
  }
}

function stop(walk: Walk, folder: string): void {
  if (walk.full) return
  walk.full = true
  const message = `not looked into: more than ${MAX_FOLDERS} folders, or deeper than ${MAX_FOLDER_DEPTH}`
  walk.disk.problem(wholeFile(walk.disk.shown(folder)), message)
}

function entriesOf(walk: Walk, folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    // The disk knows how to put it.
    walk.disk.list(folder)
    return []
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    // A link that leads nowhere or in a circle.
    return false
  }
}
