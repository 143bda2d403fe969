/** Just enough of HTTP/2 (RFC 9113) and HPACK (RFC 7541) to say what no library would say. */

export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

export const FLAG = { endStream: 0x1, ack: 0x1, endHeaders: 0x4 } as const

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** One frame (RFC 9113 section 4.1). */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A field block of literals without indexing and without Huffman coding: any byte goes in names and values. */
export function fieldBlock(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]))
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  return Buffer.concat([prefixed(bytes.length), bytes])
}

/** An integer with a prefix of seven bits (RFC 7541 section 5.1). */
function prefixed(length: number): Buffer {
  if (length < 127) return Buffer.from([length])
  const bytes = [127]
  let left = length - 127
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80)
  bytes.push(left)
  return Buffer.from(bytes)
}

/** Statuses that have an entry of their own in the static table (RFC 7541 appendix A). */
const INDEXED: Readonly<Record<number, number>> = { 8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500 }
const DIGITS = ['00000', '00001', '00010', '011001', '011010', '011011', '011100', '011101', '011110', '011111']

/** The status in the field block of an answer, which begins with it. */
export function readStatus(block: Buffer): number {
  let at = 0
  while ((block[at]! & 0xe0) === 0x20) at += 1 // a change of the table size
  const first = block[at]!
  if ((first & 0x80) !== 0) return INDEXED[first & 0x7f] ?? 0
  const coded = (block[at + 1]! & 0x80) !== 0
  const value = block.subarray(at + 2, at + 2 + (block[at + 1]! & 0x7f))
  return Number(coded ? huffmanDigits(value) : value.toString('latin1'))
}

function huffmanDigits(bytes: Buffer): string {
  let bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  let text = ''
  while (text.length < 3) {
    const digit = DIGITS.findIndex((code) => bits.startsWith(code))
    if (digit < 0) throw new Error('not three digits')
    text += digit
    bits = bits.slice(DIGITS[digit]!.length)
  }
  return text
}

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** The first frame of `bytes`; undefined until it is whole. */
export function readFrameH2(bytes: Buffer): { readonly found: Frame; readonly rest: Buffer } | undefined {
  if (bytes.length < 9) return undefined
  const length = bytes.readUIntBE(0, 3)
  if (bytes.length < 9 + length) return undefined
  const [type, flags] = [bytes[3]!, bytes[4]!]
  const stream = bytes.readUInt32BE(5) & 0x7fff_ffff
  return { found: { type, flags, stream, payload: bytes.subarray(9, 9 + length) }, rest: bytes.subarray(9 + length) }
}
