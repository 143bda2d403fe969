import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Disk } from '../../disk.ts'

/** Writes files into a new folder, uses it, and takes it away again. */
export function inFolder<T>(files: Readonly<Record<string, string>>, use: (folder: string, disk: Disk) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-compose-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    return use(folder, new Disk(folder))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** `compose.yaml:3:5 what is wrong`, for each problem. */
export function told(disk: Disk): readonly string[] {
  return disk.problems.map(({ at, message }) => `${at.file}:${at.line}:${at.column} ${message}`)
}
