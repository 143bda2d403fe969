import { dirname } from 'node:path'
import type { Mount, Service } from '../../readers/compose/types.ts'

/** A volume or folder, and a service that has it. */
export interface Use {
  readonly service: Service
  readonly mount: Mount
}

/** Beyond any real project; of one that is made to take long, these are looked at. */
const MOST_RELATIVES = 200
const MOST_LEVELS = 32

/** For each use those of the same volume, or of a folder around its own or within it. */
export function relativesIn(uses: readonly Use[]): (use: Use) => readonly Use[] {
  const same = new Map<string, Use[]>()
  const below = new Map<string, Use[]>()
  for (const use of uses) {
    add(same, keyOf(use.mount, use.mount.source), use)
    for (const path of foldersAround(use.mount)) add(below, keyOf(use.mount, path), use)
  }
  return ({ mount }) => {
    const around = foldersAround(mount).flatMap((path) => same.get(keyOf(mount, path)) ?? [])
    const all = [
      ...around,
      ...(same.get(keyOf(mount, mount.source)) ?? []),
      ...(below.get(keyOf(mount, mount.source)) ?? []),
    ]
    return all.slice(0, MOST_RELATIVES)
  }
}

function add(map: Map<string, Use[]>, key: string, use: Use): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [use])
  else if (list.length < MOST_RELATIVES) list.push(use)
}

function keyOf({ kind }: Mount, source: string): string {
  return `${kind} ${source}`
}

/** Not itself, and not the root of the disk. */
function foldersAround({ kind, source }: Mount): readonly string[] {
  if (kind !== 'bind') return []
  const folders: string[] = []
  for (let path = dirname(source); path !== dirname(path) && folders.length < MOST_LEVELS; path = dirname(path))
    folders.push(path)
  return folders
}
