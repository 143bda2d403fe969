/** Makes an object of its base and a delta. Source: gitformat-pack(5), "Deltified representation". */

/** Undefined when the delta does not fit its base, or gives more than `most` bytes. */
export function applyDelta(base: Buffer, delta: Buffer, most: number): Buffer | undefined {
  const from = readSize(delta, 0)
  const to = readSize(delta, from.end)
  if (from.value !== base.length || to.value > most) return undefined
  const result = Buffer.alloc(to.value)
  let filled = 0
  for (let at = to.end; at < delta.length; ) {
    const code = delta[at]!
    const piece = code >= 0x80 ? copied(base, delta, at) : inserted(delta, at)
    if (piece === undefined || filled + piece.bytes.length > result.length) return undefined
    piece.bytes.copy(result, filled)
    filled += piece.bytes.length
    at = piece.end
  }
  return filled === result.length ? result : undefined
}

interface Piece {
  readonly bytes: Buffer
  readonly end: number
}

/** The bits of the first byte say which bytes of offset and size follow. */
function copied(base: Buffer, delta: Buffer, start: number): Piece | undefined {
  const code = delta[start]!
  let end = start + 1
  const number = (firstBit: number, count: number): number => {
    let value = 0
    for (let index = 0; index < count; index++)
      if ((code & (1 << (firstBit + index))) !== 0) value += (delta[end++] ?? 0) * 256 ** index
    return value
  }
  const offset = number(0, 4)
  const size = number(4, 3) || 0x10000
  return offset + size > base.length ? undefined : { bytes: base.subarray(offset, offset + size), end }
}

function inserted(delta: Buffer, start: number): Piece | undefined {
  const size = delta[start]!
  const end = start + 1 + size
  return size === 0 || end > delta.length ? undefined : { bytes: delta.subarray(start + 1, end), end }
}

/** Seven bits a byte, the lowest first. */
function readSize(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0
  let end = start
  for (let unit = 1; end < start + 8; unit *= 128) {
    const byte = bytes[end++] ?? 0
    value += (byte & 0x7f) * unit
    if (byte < 0x80) break
  }
  return { value, end }
}
