/** Where a hash is left, so that hashing allocates nothing: low and high half, as signed 32-bit integers. */
export type Hash64 = Int32Array

/** Hashes a scope and a client into `out`. */
export type KeyHasher = (scope: number, client: string, out: Hash64) => void

/**
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) of the scope as four bytes and the
 * client as Latin-1. A keyed hash, because clients choose part of what is hashed: without the seed nobody can find keys
 * that fall together. Addresses and session ids are ASCII; of any other character only the low byte counts, so that
 * two such clients might share a bucket.
 *
 * @param seed 16 random bytes, the same in all edges.
 * @throws RangeError when the seed has another length.
 */
export function createKeyHasher(seed: Uint8Array): KeyHasher {
  if (seed.length !== 16) throw new RangeError(`the seed of a rate table has 16 bytes, not ${seed.length}`)
  const words = new DataView(seed.buffer, seed.byteOffset, 16)
  const key = Int32Array.from([0, 4, 8, 12], (offset) => words.getInt32(offset, true))
  return (scope, client, out) => sipHash13(key, scope, client, out)
}

/** Four characters from `index` on as a word; past the end they are zero. */
function wordAt(client: string, index: number): number {
  if (index + 4 <= client.length) {
    const low = byteAt(client, index) | (byteAt(client, index + 1) << 8)
    return low | (byteAt(client, index + 2) << 16) | (byteAt(client, index + 3) << 24)
  }
  let word = 0
  for (let at = index; at < client.length; at++) word |= byteAt(client, at) << (8 * (at - index))
  return word
}

function byteAt(client: string, index: number): number {
  return client.charCodeAt(index) & 0xff
}

/** Carry of a 32-bit addition whose result is `sum` and one of whose terms is `term`. */
function carry(sum: number, term: number): number {
  return sum >>> 0 < term >>> 0 ? 1 : 0
}

// One loop for all: with one compression round a word, the three closing rounds are rounds of the word zero.
// 64-bit words are pairs (l, h): BigInt would be fifty times slower.
function sipHash13(key: Int32Array, scope: number, client: string, out: Hash64): void {
  let v0l = key[0]! ^ 0x70736575
  let v0h = key[1]! ^ 0x736f6d65
  let v1l = key[2]! ^ 0x6e646f6d
  let v1h = key[3]! ^ 0x646f7261
  let v2l = key[0]! ^ 0x6e657261
  let v2h = key[1]! ^ 0x6c796765
  let v3l = key[2]! ^ 0x79746573
  let v3h = key[3]! ^ 0x74656462
  const bytes = 4 + client.length
  const last = bytes >> 3
  for (let word = 0; word <= last + 3; word++) {
    let ml = 0
    let mh = 0
    if (word <= last) {
      ml = word === 0 ? scope | 0 : wordAt(client, 8 * word - 4)
      mh = wordAt(client, 8 * word)
      if (word === last) mh |= bytes << 24
    } else if (word === last + 1) v2l ^= 0xff
    v3l ^= ml
    v3h ^= mh
    let l = (v0l + v1l) | 0
    let h = (v0h + v1h + carry(l, v1l)) | 0
    let t = ((v1l << 13) | (v1h >>> 19)) ^ l
    v1h = ((v1h << 13) | (v1l >>> 19)) ^ h
    v1l = t
    v0l = h
    v0h = l
    l = (v2l + v3l) | 0
    v2h = (v2h + v3h + carry(l, v3l)) | 0
    v2l = l
    t = ((v3l << 16) | (v3h >>> 16)) ^ v2l
    v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h
    v3l = t
    l = (v0l + v3l) | 0
    v0h = (v0h + v3h + carry(l, v3l)) | 0
    v0l = l
    t = ((v3l << 21) | (v3h >>> 11)) ^ v0l
    v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h
    v3l = t
    l = (v2l + v1l) | 0
    h = (v2h + v1h + carry(l, v1l)) | 0
    t = ((v1l << 17) | (v1h >>> 15)) ^ l
    v1h = ((v1h << 17) | (v1l >>> 15)) ^ h
    v1l = t
    v2l = h
    v2h = l
    v0l ^= ml
    v0h ^= mh
  }
  out[0] = v0l ^ v1l ^ v2l ^ v3l
  out[1] = v0h ^ v1h ^ v2h ^ v3h
}
