import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Disk } from '../../disk.ts'
import type { Lookup, Variable } from '../env/interpolate.ts'
import { parseEnv } from '../env/parse.ts'
import { reportOnce } from '../env/report.ts'

/**
 * The variables that Compose fills in. The shell's environment is left out on purpose, though Compose prefers it: what is
 * found must not depend on who runs the check. What only a shell gives counts as not set.
 */
export interface ProjectEnv {
  readonly lookup: Lookup
  /** Absolute paths of the files that were read. */
  readonly files: readonly string[]
}

/** `.env` of each folder; what an earlier one or `outer` says stays. */
export function readProjectEnv(disk: Disk, folders: readonly string[], outer?: ProjectEnv): ProjectEnv {
  return readEnvPaths(
    disk,
    [...new Set(folders)].map((folder) => join(folder, '.env')).filter((path) => isFile(disk, path)),
    outer,
  )
}

/** These files, later ones winning over earlier ones, but not over `outer`. */
export function readEnvPaths(disk: Disk, paths: readonly string[], outer?: ProjectEnv): ProjectEnv {
  const known = new Map<string, Variable>()
  const lookup: Lookup = (name) => outer?.lookup(name) ?? known.get(name)
  const files: string[] = [...(outer?.files ?? [])]
  for (const path of paths) {
    const file = disk.read(path)
    if (file === undefined) continue
    files.push(path)
    const entries = parseEnv(file, lookup, reportOnce(disk))
    for (const { name, value, valueAt } of entries) if (value !== undefined) known.set(name, { value, from: valueAt })
  }
  return { lookup, files: [...new Set(files)] }
}

/** A folder named `.env` (a Python environment) is left alone, as Compose does. */
function isFile(disk: Disk, path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    // It is there and can't be looked at; reading it says why.
    return disk.exists(path)
  }
}
