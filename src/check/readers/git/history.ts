/**
 * Names in all commits that look like files of secrets. Every tree is read once, from the newest commits back, so that
 * the work grows with what was changed; it stops after so many objects, and says so.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { holdsSecret } from '../../facts/holds-secret.ts'
import { secretFileKind } from '../../facts/secret-name.ts'
import { type GitFolder, smallText } from './folder.ts'
import { type ObjectStore, openObjects } from './objects.ts'
import { references } from './references.ts'
import type { History, PastFile } from './types.ts'

/** Read in about a second. */
export const MOST_OBJECTS = 10_000
const MOST_MILLISECONDS = 2_000
const MAX_DEPTH = 20
const MOST_FOUND = 200

interface Walk {
  readonly git: GitFolder
  readonly store: ObjectStore
  readonly seen: Set<string>
  readonly found: Map<string, PastFile>
  readonly until: number
  left: number
  broken: boolean
}

export function readHistory(git: GitFolder, mostObjects = MOST_OBJECTS): History {
  const walk: Walk = {
    git,
    store: openObjects(git),
    seen: new Set(),
    found: new Map(),
    until: performance.now() + MOST_MILLISECONDS,
    left: mostObjects,
    broken: false,
  }
  const commits = [...references(git)]
  for (let next = commits.shift(); next !== undefined && !isSpent(walk); next = commits.shift()) {
    commits.push(...visitCommit(walk, next))
  }
  return { found: [...walk.found.values()], incomplete: reasonOf(walk, git) }
}

function isSpent({ left, until, found }: Walk): boolean {
  return left <= 0 || found.size >= MOST_FOUND || performance.now() > until
}

function reasonOf(walk: Walk, git: GitFolder): string | undefined {
  if (isSpent(walk)) return `only ${walk.seen.size} objects of its history were looked at`
  if (existsSync(join(git.common, 'reftable'))) return 'its references are kept as a reftable, which is not read'
  if (isShallow(git)) return 'it is a shallow clone, and older commits are not here'
  return walk.broken ? 'parts of its history are not there or broken' : undefined
}

function isShallow(git: GitFolder): boolean {
  return (smallText(join(git.common, 'shallow')) ?? '') !== ''
}

function take(walk: Walk, name: string) {
  if (walk.seen.has(name) || isSpent(walk)) return undefined
  walk.seen.add(name)
  walk.left--
  const object = walk.store.read(name)
  if (object === undefined) walk.broken = true
  return object
}

/** Looks through a commit's tree; gives the names of its parents. A tag leads to what it is for. */
function visitCommit(walk: Walk, name: string): readonly string[] {
  const object = take(walk, name)
  if (object === undefined) return []
  const head = object.bytes.toString('latin1', 0, 8_192)
  if (object.kind === 'tag') return [/^object ([0-9a-f]+)$/m.exec(head)?.[1] ?? []].flat()
  if (object.kind !== 'commit') return []
  const tree = /^tree ([0-9a-f]+)$/m.exec(head)?.[1]
  if (tree !== undefined) visitTree(walk, tree, [], name)
  return [...head.split('\n\n', 1)[0]!.matchAll(/^parent ([0-9a-f]+)$/gm)].map((match) => match[1]!)
}

function visitTree(walk: Walk, name: string, folders: readonly string[], commit: string): void {
  const object = folders.length > MAX_DEPTH ? undefined : take(walk, name)
  if (object?.kind !== 'tree') return
  for (const entry of treeEntries(object.bytes, walk.git.hashBytes)) {
    const names = [...folders, entry.name]
    if (entry.kind === 'folder') visitTree(walk, entry.object, names, commit)
    else if (entry.kind === 'file' && secretFileKind(names.join('/')) !== undefined) {
      keep(walk, names, entry.object, commit)
    }
  }
}

/** A path that held a secret in any commit counts, even if it holds none in the newest. */
function keep(walk: Walk, names: readonly string[], blob: string, commit: string): void {
  const path = join(walk.git.root, ...names)
  if (walk.found.get(path)?.holdsSecret === true) return
  const object = walk.store.read(blob)
  walk.left--
  const holds = object?.kind === 'blob' ? holdsSecret(names.join('/'), object.bytes) : undefined
  if (holds !== false || !walk.found.has(path)) {
    walk.found.set(path, { path, commit: commit.slice(0, 10), holdsSecret: holds })
  }
}

interface TreeEntry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'other'
  readonly object: string
}

/** `mode SP name NUL object`, again and again. */
function* treeEntries(bytes: Buffer, hashBytes: number): Iterable<TreeEntry> {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const end = space === -1 ? -1 : bytes.indexOf(0, space)
    if (end === -1 || end + 1 + hashBytes > bytes.length) return
    const mode = bytes.toString('latin1', at, space)
    const name = bytes.toString('utf8', space + 1, end)
    const kind = mode === '40000' ? 'folder' : mode.startsWith('100') ? 'file' : 'other'
    // No real name has these, and nothing here may lead out of the work tree.
    if (name !== '' && name !== '.' && name !== '..' && !name.includes('/')) {
      yield { name, kind, object: bytes.toString('hex', end + 1, end + 1 + hashBytes) }
    }
    at = end + 1 + hashBytes
  }
}
