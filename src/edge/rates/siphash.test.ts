import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createKeyHasher } from './siphash.ts'

const MASK = (1n << 64n) - 1n
const rotate = (word: bigint, by: bigint): bigint => ((word << by) | (word >> (64n - by))) & MASK

/** SipHash as the paper writes it, with any number of rounds. */
function sipHash(rounds: number, closing: number, seed: Buffer, message: Buffer): bigint {
  const [k0, k1] = [seed.readBigUInt64LE(0), seed.readBigUInt64LE(8)]
  const v = [0x736f6d6570736575n ^ k0, 0x646f72616e646f6dn ^ k1, 0x6c7967656e657261n ^ k0, 0x7465646279746573n ^ k1]
  const half = (a: number, b: number, by: bigint): void => {
    v[a] = (v[a]! + v[b]!) & MASK
    v[b] = rotate(v[b]!, by) ^ v[a]!
  }
  const round = (): void => {
    half(0, 1, 13n)
    v[0] = rotate(v[0]!, 32n)
    half(2, 3, 16n)
    half(0, 3, 21n)
    half(2, 1, 17n)
    v[2] = rotate(v[2]!, 32n)
  }
  const padded = Buffer.alloc((Math.floor(message.length / 8) + 1) * 8)
  message.copy(padded)
  padded[padded.length - 1] = message.length & 0xff
  for (let at = 0; at < padded.length; at += 8) {
    const word = padded.readBigUInt64LE(at)
    v[3]! ^= word
    for (let n = 0; n < rounds; n++) round()
    v[0]! ^= word
  }
  v[2]! ^= 0xffn
  for (let n = 0; n < closing; n++) round()
  return v[0]! ^ v[1]! ^ v[2]! ^ v[3]!
}

test('the yardstick gives the value that the SipHash paper prints (appendix A, SipHash-2-4)', () => {
  const count = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => index))
  assert.equal(sipHash(2, 4, count(16), count(15)), 0xa129ca6149be45e5n)
})

test('hashes as SipHash-1-3 for any seed, scope and client', () => {
  const out = new Int32Array(2)
  const seeds = fc.uint8Array({ minLength: 16, maxLength: 16 })
  const clients = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 60,
  })
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 0xffff_ffff }), clients, (seed, scope, client) => {
      createKeyHasher(seed)(scope, client, out)
      const head = Buffer.alloc(4)
      head.writeUInt32LE(scope)
      const message = Buffer.concat([head, Buffer.from(client, 'latin1')])
      const found = (BigInt(out[1]! >>> 0) << 32n) | BigInt(out[0]! >>> 0)
      assert.equal(found, sipHash(1, 3, Buffer.from(seed), message))
    }),
    { numRuns: 500 },
  )
})

test('refuses a seed that is not 16 bytes', () => {
  assert.throws(() => createKeyHasher(new Uint8Array(8)), RangeError)
})
