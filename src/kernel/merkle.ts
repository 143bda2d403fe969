import { hash } from 'node:crypto'

/** A SHA-256 hash, 32 bytes. */
export type Hash = Buffer

/**
 * A Merkle tree that only grows, held as the roots of its largest complete subtrees ("peaks"), largest first: one peak
 * for every bit set in `size`. That is all that appending and the root need, 32 bytes for each bit of the size. A value
 * is never changed: a batch that failed is undone by keeping the tree from before it.
 */
export interface MerkleTree {
  readonly size: number
  readonly peaks: readonly Hash[]
}

/** The tree without a leaf. Its root is the hash of nothing (RFC 9162, 2.1.1). */
export const emptyTree: MerkleTree = { size: 0, peaks: [] }

const leafPrefix = Buffer.of(0)
const nodePrefix = Buffer.of(1)

/** The hash of a leaf: SHA-256 of 0x00 and its bytes. The prefix keeps a leaf from passing for a node (RFC 9162, 2.1.1). */
export function leafHash(data: Uint8Array): Hash {
  return hash('sha256', Buffer.concat([leafPrefix, data]), 'buffer')
}

/** The hash of an inner node: SHA-256 of 0x01, left, right (RFC 9162, 2.1.1). */
export function nodeHash(left: Hash, right: Hash): Hash {
  return hash('sha256', Buffer.concat([nodePrefix, left, right], 65), 'buffer')
}

/** The tree with one leaf more, in O(log n). `leaf` is what `leafHash` gave. */
export function appendLeaf(tree: MerkleTree, leaf: Hash): MerkleTree {
  const peaks = [...tree.peaks]
  let peak = leaf
  // Every trailing one bit of the size is a peak as large as the one in hand: they join to the next larger.
  for (let rest = tree.size; rest % 2 === 1; rest = Math.floor(rest / 2)) peak = nodeHash(peaks.pop()!, peak)
  peaks.push(peak)
  return { size: tree.size + 1, peaks }
}

/** The root hash of the tree, `MTH(D_n)` of RFC 9162, 2.1.1. */
export function treeRoot(tree: MerkleTree): Hash {
  const { peaks } = tree
  if (peaks.length === 0) return hash('sha256', '', 'buffer')
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), peaks.at(-1)!)
}

/**
 * A tree from peaks that were stored. The caller compares `treeRoot` with a root that it trusts.
 * @throws RangeError when size and peaks can't belong together.
 */
export function treeFromPeaks(size: number, peaks: readonly Hash[]): MerkleTree {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('the size of a tree is a whole number')
  if (peaks.length !== bitsSet(size)) throw new RangeError(`a tree of ${size} leaves has ${bitsSet(size)} peaks`)
  if (peaks.some((peak) => peak.length !== 32)) throw new RangeError('a peak is 32 bytes')
  return { size, peaks: [...peaks] }
}

/** The tree over leaf hashes. */
export function treeOf(leaves: readonly Hash[]): MerkleTree {
  return leaves.reduce(appendLeaf, emptyTree)
}

/**
 * The audit path of a leaf, from the leaf upwards (RFC 9162, 2.1.3.1).
 * @throws RangeError when there is no such leaf.
 */
export function inclusionProof(leaves: readonly Hash[], index: number): Hash[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= leaves.length) throw new RangeError('no such leaf')
  if (leaves.length === 1) return []
  const split = splitPoint(leaves.length)
  const left = leaves.slice(0, split)
  const right = leaves.slice(split)
  return index < split
    ? [...inclusionProof(left, index), treeRoot(treeOf(right))]
    : [...inclusionProof(right, index - split), treeRoot(treeOf(left))]
}

/** Whether `leaf` is at `index` in the tree of `size` leaves and this root (RFC 9162, 2.1.3.2). */
export function verifyInclusion(
  claim: { readonly leaf: Hash; readonly index: number; readonly size: number; readonly root: Hash },
  proof: readonly Hash[],
): boolean {
  if (!Number.isSafeInteger(claim.index) || claim.index < 0 || claim.index >= claim.size) return false
  let node = claim.index
  let last = claim.size - 1
  let seen = claim.leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      seen = nodeHash(sibling, seen)
      // A last node without a partner rises unchanged to the first level where it has one.
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]
    } else {
      seen = nodeHash(seen, sibling)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && seen.equals(claim.root)
}

/**
 * Shows that the first `first` of the leaves are the start of them all (RFC 9162, 2.1.4.1). Empty when there is nothing
 * to show: for no leaves, and for all.
 * @throws RangeError when there are fewer than `first` leaves.
 */
export function consistencyProof(leaves: readonly Hash[], first: number): Hash[] {
  if (!Number.isSafeInteger(first) || first < 0 || first > leaves.length) throw new RangeError('no such tree')
  return first === 0 ? [] : subproof(leaves, first, true)
}

function subproof(leaves: readonly Hash[], first: number, known: boolean): Hash[] {
  if (first === leaves.length) return known ? [] : [treeRoot(treeOf(leaves))]
  const split = splitPoint(leaves.length)
  const left = leaves.slice(0, split)
  const right = leaves.slice(split)
  return first <= split
    ? [...subproof(left, first, known), treeRoot(treeOf(right))]
    : [...subproof(right, first - split, false), treeRoot(treeOf(left))]
}

/** A tree as seen from outside. */
export interface TreeHead {
  readonly size: number
  readonly root: Hash
}

/** Whether the tree `first` is the start of the tree `second` (RFC 9162, 2.1.4.2). */
export function verifyConsistency(first: TreeHead, second: TreeHead, proof: readonly Hash[]): boolean {
  if (first.size > second.size || first.size < 0) return false
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root)
  if (first.size === 0) return proof.length === 0 && first.root.equals(treeRoot(emptyTree))
  const path = isPowerOfTwo(first.size) ? [first.root, ...proof] : [...proof]
  let node = first.size - 1
  let last = second.size - 1
  while (node % 2 === 1) [node, last] = [half(node), half(last)]
  let older = path[0]
  let newer = path[0]
  if (older === undefined || newer === undefined) return false
  for (const sibling of path.slice(1)) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      older = nodeHash(sibling, older)
      newer = nodeHash(sibling, newer)
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]
    } else {
      newer = nodeHash(newer, sibling)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && older.equals(first.root) && newer.equals(second.root)
}

// Sizes may pass 2^32, where the bit operators of JavaScript end.
function half(value: number): number {
  return Math.floor(value / 2)
}

/** The largest power of two below `size` (RFC 9162, 2.1.1: `k < n <= 2k`). */
function splitPoint(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

function isPowerOfTwo(value: number): boolean {
  return bitsSet(value) === 1
}

function bitsSet(value: number): number {
  let bits = 0
  for (let rest = value; rest > 0; rest = half(rest)) bits += rest % 2
  return bits
}
