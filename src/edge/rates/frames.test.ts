import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { answer, ask, createFrameReader, encodeFrames, type Frame, giveBack } from './frames.ts'

const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })
const uint16 = fc.nat(0xffff)
const number = fc.double({ noNaN: true, min: 0 })
const frame = fc.oneof<fc.Arbitrary<Frame>[]>(
  fc
    .tuple(fc.nat(0x7fff_ffff), int32, int32, uint16, uint16, number, fc.nat(1_000_000))
    .map(([id, lo, hi, need, extra, rate, burst]) => ask(id, lo, hi, need, extra, { rate, burst })),
  fc.tuple(fc.nat(0x7fff_ffff), uint16, number, number).map((args) => answer(...args)),
  fc.tuple(int32, int32, uint16, number).map(([lo, hi, tokens, rate]) => giveBack(lo, hi, tokens, { rate, burst: 0 })),
)

test('frames are read as they were written, wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 100 })), (frames, cuts) => {
      const read = createFrameReader()
      const found: Frame[] = []
      let bytes = encodeFrames(frames)
      for (const cut of [...cuts, bytes.length]) {
        found.push(...(read(bytes.subarray(0, cut)) ?? assert.fail()))
        bytes = bytes.subarray(cut)
      }
      found.push(...(read(bytes) ?? assert.fail()))
      assert.deepEqual(found, frames)
    }),
    { numRuns: 500 },
  )
})

test('gives up on a stream with a kind of frame that there is not', () => {
  assert.equal(createFrameReader()(Buffer.alloc(32)), undefined)
  assert.equal(createFrameReader()(Buffer.alloc(32, 4)), undefined)
})

test('a burst above 32 bits is carried as the largest that fits', () => {
  const [read] = createFrameReader()(encodeFrames([ask(1, 2, 3, 4, 5, { rate: 1, burst: 1e12 })])) ?? []
  assert.deepEqual(read, ask(1, 2, 3, 4, 5, { rate: 1, burst: 0xffff_ffff }))
})
