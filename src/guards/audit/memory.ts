import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SegmentFile } from './files.ts'
import type { WalkState } from './walk.ts'

/** What a verification found sound and the next need not read again, as long as the files are the same. */
export interface WalkMemory {
  /** Segments that were closed then, in order. */
  readonly seals: readonly Seal[]
  /** Where the walk stood behind the last of them. */
  readonly state: WalkState
  /** Roots that checkpoints from elsewhere were held against, by size. */
  readonly roots: ReadonlyMap<number, string>
  /** Id of the key that signatures were checked with. */
  readonly key: string
}

/**
 * What shows that a file was touched. Its owner can set times of modification, but not the time of change: that takes
 * the clock of the host, or the disk beneath the file system.
 */
export interface Seal {
  readonly name: string
  readonly mark: string
}

/** Taken before the file is read: what is changed meanwhile shows the next time. @throws Node's file errors */
export async function sealOf(folder: string, { name }: SegmentFile): Promise<Seal> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(join(folder, name), { bigint: true })
  return { name, mark: [dev, ino, size, mtimeNs, ctimeNs].join(' ') }
}

/**
 * How many segments need not be read: all that the memory knows, or none when one of them was touched, when another key
 * is used, or when a checkpoint from elsewhere asks for a root that was not looked at then.
 */
export function unchanged(memory: WalkMemory, seals: readonly Seal[], key: string, sizes: ReadonlySet<number>): number {
  const known = memory.seals.length
  // The last segment is written to, and is always read.
  if (known >= seals.length || key !== memory.key) return 0
  if (memory.seals.some(({ name, mark }, at) => seals[at]?.name !== name || seals[at]?.mark !== mark)) return 0
  for (const size of sizes) if (size <= memory.state.tree.size && !memory.roots.has(size)) return 0
  return known
}
