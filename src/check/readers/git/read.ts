import { dirname, join, relative, resolve, sep } from 'node:path'
import type { Disk } from '../../disk.ts'
import { wholeFile } from '../../text/place.ts'
import { readBytes } from '../bytes.ts'
import { filesBelow } from '../files-below.ts'
import { findGitFolder, type GitFolder, smallText } from './folder.ts'
import { readHistory } from './history.ts'
import { decide, type IgnorePattern, parseIgnore } from './ignore.ts'
import { readIndex } from './index-file.ts'
import type { Repository } from './types.ts'

/** An index of about half a million files. */
const MAX_INDEX = 64 * 1_048_576

/** What all installations of one repository share. */
type Shared = Pick<Repository, 'tracked' | 'history'>

const known = new WeakMap<Disk, Map<string, Shared>>()

/**
 * The repository around a folder, or undefined. Git is not run and need not be there. A person's own patterns
 * (`core.excludesFile`) are left out: what is found must not depend on who runs the check.
 */
export function readRepository(disk: Disk, folder: string): Repository | undefined {
  const git = findGitFolder(disk, folder)
  if (git === undefined) return undefined
  const ofDisk = known.get(disk) ?? new Map<string, Shared>()
  known.set(disk, ofDisk)
  const shared = ofDisk.get(git.root) ?? { tracked: trackedFiles(disk, git), history: readHistory(git) }
  ofDisk.set(git.root, shared)
  const above = foldersBetween(git.root, resolve(folder))
    .map((each) => join(each, '.gitignore'))
    .filter((path) => disk.exists(path))
  const below = filesBelow(disk, resolve(folder)).filter(({ name }) => name === '.gitignore')
  const files = new Set([...above, ...below.map(({ path }) => path)])
  return { ...shared, root: git.root, ignoreFiles: above, isIgnored: createIgnored(disk, git, files) }
}

function trackedFiles(disk: Disk, git: GitFolder): ReadonlySet<string> | undefined {
  const path = join(git.own, 'index')
  // Before anything is added there is none.
  if (!disk.exists(path)) return new Set()
  const bytes = readBytes(path, MAX_INDEX)
  const names =
    bytes === undefined ? { fault: 'it is too large, or this user may not read it' } : readIndex(bytes, git.hashBytes)
  if ('fault' in names) {
    disk.problem(wholeFile(disk.shown(path)), `git's index can't be read: ${names.fault}`)
    return undefined
  }
  return new Set(names.map((name) => join(git.root, ...name.split('/'))))
}

/** Also for files that are not there yet. A folder that is left out takes all within it along. */
function createIgnored(disk: Disk, git: GitFolder, files: ReadonlySet<string>): (path: string) => boolean {
  const own = parseIgnore(smallText(join(git.common, 'info', 'exclude')) ?? '')
  const lists = new Map<string, readonly IgnorePattern[]>()
  for (const file of files) lists.set(dirname(file), parseIgnore(disk.readIfThere(file)?.text ?? ''))
  return (path) => {
    const names = relative(git.root, path).split(sep)
    return names.some((_, index) => {
      const upTo = names.slice(0, index + 1)
      const isFolder = index < names.length - 1
      // The nearest file decides, then those above it, then the repository's own list.
      for (let depth = index; depth >= 0; depth--) {
        const patterns = lists.get(join(git.root, ...names.slice(0, depth))) ?? []
        const decided = decide(patterns, upTo.slice(depth), isFolder)
        if (decided !== undefined) return decided
      }
      return decide(own, upTo, isFolder) ?? false
    })
  }
}

function foldersBetween(root: string, folder: string): readonly string[] {
  const folders: string[] = []
  for (let each = folder; each.startsWith(root); each = dirname(each)) {
    folders.unshift(each)
    if (each === root || dirname(each) === each) break
  }
  return folders
}
