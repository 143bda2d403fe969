import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'

/** The bytes of an ordinary file of at most `max` bytes; undefined when there is none, or it is larger. */
export function readBytes(path: string, max: number): Buffer | undefined {
  try {
    const read = readOrdinary(path, max)
    return Buffer.isBuffer(read) ? read : undefined
  } catch {
    return undefined
  }
}

/**
 * The bytes of an ordinary file, or why there are none. Never waits and never reads on without an end: nothing else than
 * an ordinary file is opened, what a link puts in its place meanwhile is not waited for, and the size is not believed, as
 * the files of `/proc` say 0 and some of them never end.
 *
 * @throws the error of the system
 */
export function readOrdinary(path: string, max: number): Buffer | 'no file' | { readonly size: number } {
  if (!statSync(path).isFile()) return 'no file'
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) return 'no file'
    return stat.size > max ? { size: stat.size } : readUpTo(file, stat.size, max)
  } finally {
    closeSync(file)
  }
}

/** At least this much is asked for at once. */
const PIECE = 65_536

function readUpTo(file: number, size: number, max: number): Buffer | { readonly size: number } {
  let bytes = Buffer.allocUnsafe(Math.max(size, PIECE) + 1)
  let length = 0
  for (;;) {
    const count = readSync(file, bytes, length, bytes.length - length, null)
    length += count
    if (length > max) return { size: length }
    if (count === 0) return bytes.subarray(0, length)
    if (length === bytes.length) bytes = Buffer.concat([bytes], bytes.length * 2)
  }
}

/** Up to `length` bytes from a position of a file of any size; undefined when that fails. */
export function readSlice(path: string, position: number, length: number): Buffer | undefined {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(file, bytes, 0, length, position))
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
