import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
const extension = here.endsWith('.ts') ? '.ts' : '.js'
/** The folder `src` or `dist`: this file, or the one that it was bundled into, lies one folder below. */
export const codeFolder = dirname(dirname(here))

/** Entry point of a process, as it runs from sources or compiled. */
export function entryPoint(path: string): string {
  return join(codeFolder, path + extension)
}

/** The environment of a process: empty, but for where the compiled code of a bundle lies. */
export function environment(): Record<string, string> {
  const compiled = join(codeFolder, 'compiled')
  return existsSync(compiled) ? { NODE_COMPILE_CACHE: compiled, NODE_COMPILE_CACHE_PORTABLE: '1' } : {}
}

/** The folder with `package.json`: what processes may read of the program. */
export function programFolder(): string {
  let folder = codeFolder
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

/**
 * Node's permission model is the second fence; the first is the user of the operating system. It does not keep a
 * process from sockets or signals, and SQLite wrote files in spite of it, so that module is switched off as well.
 */
export function edgeFlags(...readable: readonly string[]): readonly string[] {
  const folders = [programFolder(), ...readable]
  return [
    '--no-experimental-sqlite',
    '--permission',
    '--allow-net',
    ...folders.map((path) => `--allow-fs-read=${path}`),
  ]
}

/**
 * An edge makes many small objects that die at once. V8's guess that some of them will live (pretenuring) is wrong for
 * them and feeds itself: each dead one in the old generation keeps what it points to, so that most of every scavenge
 * survived and took 20 ms. A small young generation fits into the processor's cache, and nothing of it lives long.
 */
export const edgeHeapFlags: readonly string[] = ['--no-allocation-site-pretenuring', '--max-semi-space-size=4']

/** Control is seldom busy; without these its heap keeps the size of its busiest moment (122 MB became 56). */
export const controlFlags: readonly string[] = ['--max-semi-space-size=2', '--optimize-for-size']

/** Flags of the log writer, which may write in its folder only. */
export function logFlags(folder: string): readonly string[] {
  const small = ['--max-old-space-size=64', '--max-semi-space-size=1']
  return [...small, ...edgeFlags(folder), `--allow-fs-write=${folder}`]
}

/**
 * Flags of the helper that looks at the installation: it may read everything and write nothing, and opens a socket or
 * runs a tool of the system only where castellan.yaml asks for what needs that.
 */
export function postureFlags({ docker, host }: { docker: boolean; host: boolean }): readonly string[] {
  return [
    '--disable-sigusr1',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    '--no-experimental-sqlite',
    '--max-old-space-size=512',
    '--permission',
    '--allow-fs-read=*',
    ...(docker ? ['--allow-net'] : []),
    ...(host ? ['--allow-child-process'] : []),
  ]
}
