import { dirname, resolve } from 'node:path'
import type { Disk } from './disk.ts'
import { findStacks } from './readers/compose/discover.ts'

/** One installation that is to be checked. */
export interface Target {
  /** Absolute. */
  readonly folder: string
  /** Absolute paths, when the caller named the Compose files himself. */
  readonly composeFiles: readonly string[] | undefined
}

/**
 * The installations that the given paths mean. A folder means all that lie in it; a Compose file means its folder with
 * this file alone, several of one folder are laid over one another in their order; any other file means its folder.
 */
export function findTargets(disk: Disk, paths: readonly string[]): readonly Target[] {
  const named = new Map<string, string[]>()
  const rest: string[] = []
  for (const path of paths.map((one) => resolve(one))) {
    if (/\.ya?ml$/i.test(path) && disk.folder(path) === undefined && isCompose(disk, path)) {
      const folder = dirname(path)
      named.set(folder, [...(named.get(folder) ?? []), path])
    } else rest.push(path)
  }
  const found = findStacks(disk, rest).filter((folder) => !named.has(folder))
  return [
    ...[...named].map(([folder, composeFiles]) => ({ folder, composeFiles })),
    ...found.map((folder) => ({ folder, composeFiles: undefined })),
  ]
}

function isCompose(disk: Disk, path: string): boolean {
  return disk.exists(path) && /^services:/m.test(disk.read(path)?.text ?? '')
}
