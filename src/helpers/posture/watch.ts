import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { MAX_FILES, type WatchedFile } from './protocol.ts'

/**
 * What has to be watched of the files that were read: they, and the folders that they lie in, as a new file can count
 * as much as a changed one. `shown` are relative to `folder`, or absolute; `began` is when reading began.
 */
export function watchedFiles(folder: string, shown: readonly string[], began: number): WatchedFile[] {
  const paths = new Set([resolve(folder)])
  for (const name of shown) {
    const path = resolve(folder, name)
    paths.add(path)
    if (path.startsWith(`${resolve(folder)}/`)) paths.add(dirname(path))
  }
  return [...paths].slice(0, MAX_FILES).map((path) => {
    const file = stateOf(path)
    return file.modified < began ? file : { ...file, modified: 0 }
  })
}

/** Whether one of them is not as it was. */
export function hasChanged(files: readonly WatchedFile[]): boolean {
  return files.some(({ path, size, modified }) => {
    const now = stateOf(path)
    return now.size !== size || now.modified !== modified
  })
}

function stateOf(path: string): WatchedFile {
  try {
    const { size, mtimeMs, ctimeMs } = statSync(path)
    // The second one also moves when a mode or an owner changes, and nobody can set it back.
    return { path, size, modified: Math.max(mtimeMs, ctimeMs) }
  } catch {
    return { path, size: -1, modified: -1 }
  }
}
