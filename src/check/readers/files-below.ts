import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Disk } from '../disk.ts'
import { wholeFile } from '../text/place.ts'

/** A file of an installation, found by its name; not yet read. */
export interface FoundFile {
  /** Absolute. */
  readonly path: string
  readonly name: string
  /** Names of the folders between the installation's folder and the file. */
  readonly folders: readonly string[]
}

const MAX_DEPTH = 5
const MAX_FOLDERS = 2_000
/** Names of one folder that are looked at. */
const MAX_NAMES = 5_000

/** Hidden folders with settings of automation. All others are left out. */
const HIDDEN = new Set(['.github', '.gitlab', '.gitea', '.forgejo', '.circleci'])

/** Packages, what was built from sources, and what an application keeps: nobody writes a script or a setting there. */
const SKIPPED = new Set(
  (
    'node_modules vendor __pycache__ venv site-packages bower_components dist build target coverage tmp cache log logs ' +
    'data volume volumes upload uploads media storage static'
  ).split(' '),
)

const COMPOSE_NAME = /^(?:docker-)?compose(?:[._-].*)?\.ya?ml$/

const known = new WeakMap<Disk, Map<string, readonly FoundFile[]>>()

/**
 * All files of one installation, sorted, five levels deep. Folders below that have a Compose file of their own are
 * installations of their own and left out, as are folders of packages and data. Links to folders are not followed; a
 * folder that this user may not read is told by the search for installations, which came before.
 */
export function filesBelow(disk: Disk, folder: string): readonly FoundFile[] {
  const ofDisk = known.get(disk) ?? new Map<string, readonly FoundFile[]>()
  known.set(disk, ofDisk)
  const before = ofDisk.get(folder)
  if (before !== undefined) return before
  const walk: Walk = { disk, found: [], folders: 0 }
  visit(walk, folder, [])
  ofDisk.set(folder, walk.found)
  return walk.found
}

/** The folder that git, or a CI server, takes for the root: the nearest one with `.git`, or undefined. */
export function repositoryRoot(disk: Disk, folder: string): string | undefined {
  for (let path = folder; ; path = dirname(path)) {
    if (disk.exists(join(path, '.git'))) return path
    if (dirname(path) === path) return undefined
  }
}

interface Walk {
  readonly disk: Disk
  readonly found: FoundFile[]
  folders: number
}

function visit(walk: Walk, folder: string, folders: readonly string[]): void {
  walk.folders += 1
  if (walk.folders > MAX_FOLDERS) {
    if (walk.folders === MAX_FOLDERS + 1) tell(walk, folder, `more than ${MAX_FOLDERS} folders`)
    return
  }
  const entries = entriesOf(folder)
  if (entries.length > MAX_NAMES) tell(walk, folder, `${entries.length} files, of which ${MAX_NAMES} are looked at`)
  if (folders.length > 0 && entries.some(({ name }) => COMPOSE_NAME.test(name))) return
  for (const entry of entries.slice(0, MAX_NAMES)) {
    const path = join(folder, entry.name)
    if (entry.isFile() || (entry.isSymbolicLink() && isFile(path))) {
      walk.found.push({ path, name: entry.name, folders })
    } else if (entry.isDirectory() && isWanted(entry.name) && folders.length < MAX_DEPTH) {
      visit(walk, path, [...folders, entry.name])
    }
  }
}

function isWanted(name: string): boolean {
  return name.startsWith('.') ? HIDDEN.has(name) : !SKIPPED.has(name.toLowerCase())
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function tell({ disk }: Walk, folder: string, what: string): void {
  disk.problem(wholeFile(disk.shown(folder)), `${basename(folder)}: not all files are looked at: ${what}`)
}
