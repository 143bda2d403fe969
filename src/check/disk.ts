/**
 * The one way in which the check reads files: bounded in size, never twice, never through a loop of links, and every
 * failure kept as a problem while the rest goes on. Nothing is written and nothing is executed.
 */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { errorCode } from '../kernel/errors.ts'
import { readOrdinary } from './readers/bytes.ts'
import type { Place } from './text/place.ts'
import { wholeFile } from './text/place.ts'

/** Something that should have been read and could not be. Any of them makes the command end with 2. */
export interface Problem {
  readonly at: Place
  /** What was found and what is allowed, in one sentence. */
  readonly message: string
}

export interface TextFile {
  /** Absolute. */
  readonly path: string
  /** As it is shown. */
  readonly shown: string
  readonly text: string
}

/** A file as it would be: how `--fix` looks at an installation that was mended, without writing to it. */
export interface Overlay {
  readonly text: string
  /** Unix mode bits; undefined: as on the disk. */
  readonly mode?: number
}

export const MAX_FILE_BYTES = 4 * 1_048_576
/** Of one file. */
const MAX_PROBLEMS = 100

export class Disk {
  readonly problems: Problem[] = []
  /** Shown names of all files read, in order. */
  readonly files: string[] = []
  private readonly base: string
  private readonly told = new Map<string, number>()
  private readonly over: ReadonlyMap<string, Overlay>
  private readonly cache = new Map<string, TextFile | undefined>()
  private readonly lists = new Map<string, readonly string[]>()
  private readonly there = new Map<string, boolean>()

  /** `base`: the folder that shown names are relative to; `over`: by absolute path, what counts in place of the file. */
  constructor(base: string, over: ReadonlyMap<string, Overlay> = new Map()) {
    this.base = resolve(base)
    this.over = over
  }

  /** How a path is shown. */
  shown(path: string): string {
    const short = relative(this.base, path)
    return short === '' ? '.' : short.startsWith('..') ? path : short
  }

  /** Of one file only so many are told: a broken one of a few megabytes can have a hundred thousand. */
  problem(at: Place, message: string): void {
    const count = (this.told.get(at.file) ?? 0) + 1
    this.told.set(at.file, count)
    if (count <= MAX_PROBLEMS) this.problems.push({ at, message })
    else if (count === MAX_PROBLEMS + 1) this.problems.push({ at: wholeFile(at.file), message: 'more problems follow' })
  }

  /** The names in a folder, sorted; none when it is not there or can't be read (the latter is a problem). */
  list(folder: string): readonly string[] {
    const known = this.lists.get(folder)
    if (known !== undefined) return known
    const names = this.names(folder)
    this.lists.set(folder, names)
    return names
  }

  private names(folder: string): readonly string[] {
    try {
      return readdirSync(folder).sort()
    } catch (error) {
      if (!isAbsent(error)) this.problem(wholeFile(this.shown(folder)), `the folder can't be read: ${reasonOf(error)}`)
      return []
    }
  }

  /** Also true for what is there and can't be looked at, such as a link to itself: reading it then says so. */
  exists(path: string): boolean {
    const known = this.there.get(path)
    if (known !== undefined) return known
    const found = this.over.has(resolve(path)) || isThere(path)
    this.there.set(path, found)
    return found
  }

  /** The real path of a folder, by which loops of links are seen; undefined when it is no folder. */
  folder(path: string): string | undefined {
    try {
      const real = realpathSync(path)
      return statSync(real).isDirectory() ? real : undefined
    } catch {
      return undefined
    }
  }

  /** Unix mode bits, or undefined when the file is not there. */
  mode(path: string): number | undefined {
    const mode = this.over.get(resolve(path))?.mode
    if (mode !== undefined) return mode
    try {
      return statSync(path).mode & 0o7777
    } catch {
      return undefined
    }
  }

  /** When it was last changed, in milliseconds of the epoch, or undefined when the file is not there. */
  modified(path: string): number | undefined {
    try {
      return Math.round(statSync(path).mtimeMs)
    } catch {
      return undefined
    }
  }

  /** A text file that may be there; undefined, without a problem, when it is not. */
  readIfThere(path: string): TextFile | undefined {
    return this.exists(path) ? this.read(path) : undefined
  }

  /**
   * A text file that must be there: `wantedAt` is the place that names it. `maxBytes` is for reports of scanners, which
   * are larger than anything that a person writes; such a text is not kept, so it is to be read once.
   */
  read(path: string, wantedAt?: Place, maxBytes = MAX_FILE_BYTES): TextFile | undefined {
    const absolute = resolve(path)
    if (this.cache.has(absolute)) return this.cache.get(absolute)
    const file = this.load(absolute, wantedAt, maxBytes)
    if (maxBytes === MAX_FILE_BYTES) this.cache.set(absolute, file)
    return file
  }

  /** Lets go of all but problems and names, so that a run over many installations holds one at a time. */
  forget(): void {
    this.cache.clear()
    this.lists.clear()
    this.there.clear()
  }

  private load(path: string, wantedAt: Place | undefined, maxBytes: number): TextFile | undefined {
    const shown = this.shown(path)
    const over = this.over.get(path)
    if (over !== undefined) {
      this.files.push(shown)
      return { path, shown, text: over.text }
    }
    const refuse = (message: string) => {
      this.problem(wantedAt ?? wholeFile(shown), wantedAt === undefined ? message : `${shown}: ${message}`)
      return undefined
    }
    try {
      const bytes = readOrdinary(realpathSync(path), maxBytes)
      if (bytes === 'no file') return refuse('this is not a file')
      if (!Buffer.isBuffer(bytes)) return refuse(`${bytes.size} bytes; at most ${maxBytes} are read`)
      if (bytes.subarray(0, 8192).includes(0)) return refuse('this is a binary file, not text')
      this.files.push(shown)
      return { path, shown, text: bytes.toString('utf8').replace(/^\uFEFF/, '') }
    } catch (error) {
      return refuse(reasonOf(error))
    }
  }

  /** A file next to another one. */
  beside(file: string, name: string): string {
    return resolve(join(file, '..'), name)
  }
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    return !isAbsent(error)
  }
}

function isAbsent(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR'
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  EACCES: 'this user may not read it',
  ELOOP: 'its links lead in a circle',
  EISDIR: 'this is a folder',
}

function reasonOf(error: unknown): string {
  const code = errorCode(error) ?? ''
  return REASONS[code] ?? `it can't be read (${code})`
}
