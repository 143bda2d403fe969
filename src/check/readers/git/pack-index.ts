/** Which object lies where in a pack. Source: gitformat-pack(5), "pack-*.idx files", version 2. */
import { readBytes } from '../bytes.ts'

export interface PackIndex {
  /** Place in the pack of an object, by its name in hexadecimal digits. */
  offsetOf(name: string): number | undefined
}

/** Two million objects. */
const MAX_INDEX = 64 * 1_048_576
const MAGIC = 0xff744f63
const FANOUT = 8
const TABLE = FANOUT + 256 * 4
const LARGE = 0x80000000

export function readPackIndex(path: string, hashBytes: number): PackIndex | undefined {
  const bytes = readBytes(path, MAX_INDEX)
  if (bytes === undefined || bytes.length < TABLE || bytes.readUInt32BE(0) !== MAGIC || bytes.readUInt32BE(4) !== 2)
    return undefined
  const count = bytes.readUInt32BE(TABLE - 4)
  const offsets = TABLE + count * (hashBytes + 4)
  if (offsets + count * 4 > bytes.length) return undefined
  const offsetAt = (index: number): number | undefined => {
    const offset = bytes.readUInt32BE(offsets + index * 4)
    if (offset < LARGE) return offset
    const large = offsets + count * 4 + (offset - LARGE) * 8
    return large + 8 > bytes.length ? undefined : Number(bytes.readBigUInt64BE(large))
  }
  return {
    offsetOf(name) {
      const wanted = Buffer.from(name, 'hex')
      if (wanted.length !== hashBytes) return undefined
      const first = wanted[0]!
      let low = first === 0 ? 0 : bytes.readUInt32BE(FANOUT + (first - 1) * 4)
      let high = Math.min(count, bytes.readUInt32BE(FANOUT + first * 4))
      while (low < high) {
        const middle = (low + high) >> 1
        const at = TABLE + middle * hashBytes
        const order = bytes.compare(wanted, 0, hashBytes, at, at + hashBytes)
        if (order === 0) return offsetAt(middle)
        if (order < 0) low = middle + 1
        else high = middle
      }
      return undefined
    },
  }
}
