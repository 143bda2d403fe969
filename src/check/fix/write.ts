/** Writes what `--fix` made. Only what begins with its own header is ever replaced. */
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** The first line of every file that is written, without its comment sign. */
export const HEADER = 'Written by castellan check --fix; the next run replaces this file.'

export type Standing = 'free' | 'ours' | 'foreign'

/** Who owns a name: nobody, an earlier run, or somebody else, to whom links and folders count. */
export function standingOf(path: string): Standing {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'free'
  if (!found.isFile()) return 'foreign'
  return readFileSync(path, 'utf8').startsWith(`# ${HEADER}`) ? 'ours' : 'foreign'
}

/** Readable for its owner alone, as it can hold secrets or lines beside them. Whole or not at all. */
export function writeOwn(path: string, text: string): void {
  const fresh = `${path}.${process.pid}`
  try {
    writeFileSync(fresh, text, { flag: 'wx', mode: 0o600 })
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
}
