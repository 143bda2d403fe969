/** Writes what `--fix` made. Only what begins with its own header is ever replaced. */
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { errorCode } from '../../kernel/errors.ts'
import { readSlice } from '../readers/bytes.ts'

/** The first line of every file that is written, without its comment sign. */
export const HEADER = 'Written by castellan check --fix; the next run replaces this file.'

export type Standing = 'free' | 'ours' | 'foreign'

/** Who owns a name: nobody, an earlier run, or somebody else, to whom links and folders count. */
export function standingOf(path: string): Standing {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'free'
  if (!found.isFile()) return 'foreign'
  const start = `# ${HEADER}`
  return readSlice(path, 0, Buffer.byteLength(start))?.toString() === start ? 'ours' : 'foreign'
}

/** Readable for its owner alone, as it can hold secrets or lines beside them. Whole or not at all. */
export function writeOwn(path: string, text: string): void {
  const fresh = `${path}.${process.pid}`
  try {
    writeFileSync(fresh, text, { flag: 'wx', mode: 0o600 })
    renameSync(fresh, path)
  } catch (error) {
    // A file that was there before is not ours to remove.
    if (errorCode(error) !== 'EEXIST') rmSync(fresh, { force: true })
    throw error
  }
}
