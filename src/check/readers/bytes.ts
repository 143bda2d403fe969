import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'

/** The bytes of an ordinary file of at most `max` bytes; undefined when there is none, or it is larger. */
export function readBytes(path: string, max: number): Buffer | undefined {
  try {
    const stat = statSync(path)
    return stat.isFile() && stat.size <= max ? readFileSync(path) : undefined
  } catch {
    return undefined
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
