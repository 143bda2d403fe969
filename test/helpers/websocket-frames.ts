import { createHash } from 'node:crypto'

/** Opcodes of RFC 6455 section 5.2. */
const TEXT = 0x81

/** A short text frame; clients mask theirs (RFC 6455 section 5.3), servers do not. At most 125 bytes. */
export function textFrame(text: string, masked: boolean): Buffer {
  const payload = Buffer.from(text, 'latin1')
  if (payload.length > 125) throw new RangeError('only short frames are needed here')
  if (!masked) return Buffer.concat([Buffer.from([TEXT, payload.length]), payload])
  const mask = Buffer.from([1, 2, 3, 4])
  return Buffer.concat([
    Buffer.from([TEXT, 0x80 | payload.length]),
    mask,
    payload.map((byte, i) => byte ^ mask[i % 4]!),
  ])
}

/** The first short frame of `bytes` and its length with the head; undefined until it is whole. */
export function readFrame(bytes: Buffer): { readonly text: string; readonly size: number } | undefined {
  if (bytes.length < 2) return undefined
  const masked = (bytes[1]! & 0x80) !== 0
  const length = bytes[1]! & 0x7f
  const start = masked ? 6 : 2
  if (bytes.length < start + length) return undefined
  const mask = bytes.subarray(2, 6)
  const payload = bytes.subarray(start, start + length)
  const plain = masked ? payload.map((byte, index) => byte ^ mask[index % 4]!) : payload
  return { text: Buffer.from(plain).toString('latin1'), size: start + length }
}

/** The answer to a `Sec-WebSocket-Key` (RFC 6455 section 4.2.2). */
export function acceptKey(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}
