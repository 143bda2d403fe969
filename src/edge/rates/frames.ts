import type { BucketLimit } from '../../kernel/guard.ts'

/** Every message between two edges has this many bytes. */
export const FRAME_BYTES = 32
/** A count of tokens travels in 16 bits. */
export const MAX_TOKENS = 0xffff

const ASK = 1
const ANSWER = 2
const RETURN = 3

/** Tokens of one bucket that an edge wants: `need` for requests that wait, `extra` on reserve. */
export interface Ask {
  readonly kind: typeof ASK
  readonly id: number
  readonly lo: number
  readonly hi: number
  readonly need: number
  readonly extra: number
  readonly limit: BucketLimit
}

/** What the owner gives. */
export interface Answer {
  readonly kind: typeof ANSWER
  readonly id: number
  readonly granted: number
  /** Milliseconds until there is another token; 0 when there is one. */
  readonly wait: number
  /** Milliseconds until the bucket is full. */
  readonly debt: number
}

/** Tokens of a lease that were not used. */
export interface Return {
  readonly kind: typeof RETURN
  readonly lo: number
  readonly hi: number
  readonly tokens: number
  readonly limit: BucketLimit
}

export type Frame = Ask | Answer | Return

export const ask = (id: number, lo: number, hi: number, need: number, extra: number, limit: BucketLimit): Ask => {
  return { kind: ASK, id, lo, hi, need: Math.min(need, MAX_TOKENS), extra, limit }
}
export const answer = (id: number, granted: number, wait: number, debt: number): Answer => {
  return { kind: ANSWER, id, granted, wait, debt }
}
export const giveBack = (lo: number, hi: number, tokens: number, limit: BucketLimit): Return => {
  return { kind: RETURN, lo, hi, tokens, limit }
}

/**
 * ```text
 * byte    0     2             4     8           12    16            24             28
 * ask     kind  need          id    hash, low   high  rate (f64)    burst (u32)    extra (u16)
 * answer  kind  granted       id    wait (f64)        debt (f64)
 * return  kind  tokens        -     hash, low   high  rate (f64)
 * ```
 * Little-endian; what is not named is zero.
 */
export function encodeFrames(frames: readonly Frame[]): Buffer {
  const bytes = Buffer.alloc(frames.length * FRAME_BYTES)
  for (const [index, frame] of frames.entries()) writeFrame(bytes, index * FRAME_BYTES, frame)
  return bytes
}

function writeFrame(bytes: Buffer, at: number, frame: Frame): void {
  bytes[at] = frame.kind
  if (frame.kind === ANSWER) {
    bytes.writeUInt16LE(frame.granted, at + 2)
    bytes.writeUInt32LE(frame.id, at + 4)
    bytes.writeDoubleLE(frame.wait, at + 8)
    bytes.writeDoubleLE(frame.debt, at + 16)
    return
  }
  bytes.writeInt32LE(frame.lo, at + 8)
  bytes.writeInt32LE(frame.hi, at + 12)
  bytes.writeDoubleLE(frame.limit.rate, at + 16)
  if (frame.kind === RETURN) {
    bytes.writeUInt16LE(frame.tokens, at + 2)
    return
  }
  bytes.writeUInt16LE(frame.need, at + 2)
  bytes.writeUInt32LE(frame.id, at + 4)
  bytes.writeUInt32LE(Math.min(frame.limit.burst, 0xffff_ffff), at + 24)
  bytes.writeUInt16LE(frame.extra, at + 28)
}

function readFrame(bytes: Buffer, at: number): Frame | undefined {
  const count = bytes.readUInt16LE(at + 2)
  const id = bytes.readUInt32LE(at + 4)
  const [lo, hi] = [bytes.readInt32LE(at + 8), bytes.readInt32LE(at + 12)]
  const rate = bytes.readDoubleLE(at + 16)
  if (bytes[at] === ANSWER) return answer(id, count, bytes.readDoubleLE(at + 8), rate)
  const limit = { rate, burst: bytes.readUInt32LE(at + 24) }
  if (bytes[at] === ASK) return ask(id, lo, hi, count, bytes.readUInt16LE(at + 28), limit)
  return bytes[at] === RETURN ? giveBack(lo, hi, count, limit) : undefined
}

/**
 * Cuts a stream into frames, wherever its chunks end. The function that it returns gives undefined when what came is no
 * frame: then nothing after it can be trusted.
 */
export function createFrameReader(): (chunk: Buffer) => Frame[] | undefined {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const frames: Frame[] = []
    let at = 0
    for (; at + FRAME_BYTES <= bytes.length; at += FRAME_BYTES) {
      const frame = readFrame(bytes, at)
      if (frame === undefined) return undefined
      frames.push(frame)
    }
    rest = bytes.subarray(at)
    return frames
  }
}
