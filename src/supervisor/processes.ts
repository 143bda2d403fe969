import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
const extension = here.endsWith('.ts') ? '.ts' : '.js'
/** The folder `src` or `dist`. */
const code = dirname(dirname(here))

/** Entry point of a process, as it runs from sources or compiled. */
export function entryPoint(path: string): string {
  return join(code, path + extension)
}

/** The folder with `package.json`: what processes may read of the program. */
export function programFolder(): string {
  let folder = code
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

/**
 * Node's permission model is the second fence; the first is the user of the operating system. It does not keep a
 * process from sockets or signals, and SQLite wrote files in spite of it, so that module is switched off as well.
 */
export const edgeFlags: readonly string[] = [
  '--no-experimental-sqlite',
  '--permission',
  '--allow-net',
  `--allow-fs-read=${programFolder()}`,
]

/** Control is seldom busy; without these its heap keeps the size of its busiest moment (122 MB became 56). */
export const controlFlags: readonly string[] = ['--max-semi-space-size=2', '--optimize-for-size']

/** Flags of the log writer, which may write in its folder only. */
export function logFlags(folder: string): readonly string[] {
  const small = ['--max-old-space-size=64', '--max-semi-space-size=1']
  return [...small, ...edgeFlags, `--allow-fs-read=${folder}`, `--allow-fs-write=${folder}`]
}
