/** Where git keeps what belongs to a work tree. Source: gitrepository-layout(5), git-worktree(1). */
import { join, resolve } from 'node:path'
import type { Disk } from '../../disk.ts'
import { readBytes } from '../bytes.ts'
import { repositoryRoot } from '../files-below.ts'

export interface GitFolder {
  /** Absolute path of the top of the work tree. */
  readonly root: string
  /** Has the index and HEAD of this work tree. */
  readonly own: string
  /** Has objects and references; the same as `own` but in linked work trees. */
  readonly common: string
  /** Folders with objects, this repository's own first. */
  readonly objects: readonly string[]
  /** 20, or 32 with SHA-256. */
  readonly hashBytes: 20 | 32
}

const MAX_TEXT = 1_048_576
const MAX_ALTERNATES = 10

/** The nearest repository around a folder, or undefined. */
export function findGitFolder(disk: Disk, folder: string): GitFolder | undefined {
  const root = repositoryRoot(disk, folder)
  if (root === undefined) return undefined
  const own = followFile(root)
  const common = resolve(own, smallText(join(own, 'commondir'))?.trim() ?? '.')
  const main = join(common, 'objects')
  if (disk.folder(main) === undefined) return undefined
  const isSha256 = /^\s*objectformat\s*=\s*sha256/im.test(smallText(join(common, 'config')) ?? '')
  return { root, own, common, objects: [main, ...alternates(main)], hashBytes: isSha256 ? 32 : 20 }
}

/** `.git` is a folder, or in submodules and linked work trees a file that names one. */
function followFile(root: string): string {
  const path = join(root, '.git')
  const named = /^gitdir: (.+)$/m.exec(smallText(path) ?? '')?.[1]
  return named === undefined ? path : resolve(root, named.trim())
}

/** Clones with `--shared` find objects elsewhere. */
function alternates(objects: string): readonly string[] {
  const text = smallText(join(objects, 'info', 'alternates')) ?? ''
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.slice(0, MAX_ALTERNATES).map((line) => resolve(objects, line))
}

export function smallText(path: string): string | undefined {
  return readBytes(path, MAX_TEXT)?.toString('utf8')
}
