/**
 * The names in git's index, which are the tracked files. Source: gitformat-index(5), versions 2 to 4. Checksums are not
 * verified: whoever can write there can write those, too.
 */

/** What `readIndex` could not understand, in one sentence. */
export interface IndexFault {
  readonly fault: string
}

const HEADER = 12
/** Times, device, inode, mode, owner, size: before the object's name. */
const STAT = 40
const EXTENDED = 0x4000
/** A split index keeps most names in another file. */
const LINK = 'link'
const LONGEST_NAME = 4_096
/** Enough for a file of 128 terabytes. */
const MOST_OFFSET_BYTES = 7

/** @param hashBytes 20, or 32 in repositories with SHA-256 */
export function readIndex(bytes: Buffer, hashBytes: number): readonly string[] | IndexFault {
  if (bytes.length < HEADER + hashBytes || bytes.toString('latin1', 0, 4) !== 'DIRC') return { fault: 'it is no index' }
  const version = bytes.readUInt32BE(4)
  if (version < 2 || version > 4) return { fault: `version ${version} is not known, only 2 to 4 are` }
  const count = bytes.readUInt32BE(8)
  const names: string[] = []
  let previous: Buffer = Buffer.alloc(0)
  let offset = HEADER
  for (let entry = 0; entry < count; entry++) {
    const next = readEntry(bytes, offset, { hashBytes, version, previous })
    if (next === undefined || next.name.length > LONGEST_NAME) return { fault: `its entry ${entry + 1} is broken` }
    names.push(next.name.toString('utf8'))
    previous = next.name
    offset = next.end
  }
  const extension = bytes.toString('latin1', offset, offset + 4)
  return extension === LINK ? { fault: 'it is split, and only whole ones are read' } : names
}

interface Entry {
  readonly name: Buffer
  /** Where the next one begins. */
  readonly end: number
}

interface Before {
  readonly hashBytes: number
  readonly version: number
  readonly previous: Buffer
}

function readEntry(bytes: Buffer, start: number, { hashBytes, version, previous }: Before): Entry | undefined {
  const flags = start + STAT + hashBytes
  if (flags + 2 > bytes.length) return undefined
  const nameAt = flags + (version > 2 && (bytes.readUInt16BE(flags) & EXTENDED) !== 0 ? 4 : 2)
  if (version === 4) return compressedName(bytes, nameAt, previous)
  const end = bytes.indexOf(0, nameAt)
  if (end === -1) return undefined
  // One to eight zeros, so that the length of an entry is a multiple of eight.
  const length = end - start
  return { name: bytes.subarray(nameAt, end), end: start + length + (8 - (length % 8)) }
}

/** Version 4: how many bytes to cut from the end of the name before, then what to add to it. */
function compressedName(bytes: Buffer, offset: number, previous: Buffer): Entry | undefined {
  const cut = readOffset(bytes, offset)
  if (cut === undefined || cut.value > previous.length) return undefined
  const end = bytes.indexOf(0, cut.end)
  if (end === -1) return undefined
  const kept = previous.subarray(0, previous.length - cut.value)
  return { name: Buffer.concat([kept, bytes.subarray(cut.end, end)]), end: end + 1 }
}

/** Seven bits a byte, the highest first; each further byte adds one, so that no number has two forms. */
export function readOffset(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0
  for (let at = start; at < start + MOST_OFFSET_BYTES; at++) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    value = (at === start ? 0 : (value + 1) * 128) + (byte & 0x7f)
    if (byte < 0x80) return { value, end: at + 1 }
  }
  return undefined
}
