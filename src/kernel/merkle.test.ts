import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  appendLeaf,
  consistencyProof,
  emptyTree,
  type Hash,
  inclusionProof,
  leafHash,
  nodeHash,
  treeFromPeaks,
  treeOf,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'

// The leaves and roots that the Certificate Transparency implementations test against (RFC 6962 and 9162 hash alike).
const knownLeaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const knownRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

/** The definition of RFC 9162, 2.1.1, word for word and slow. */
function definedRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length <= 1) return leaves[0] ?? treeRoot(emptyTree)
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(definedRoot(leaves.slice(0, split)), definedRoot(leaves.slice(split)))
}

function leavesOf(count: number): Hash[] {
  return Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`entry ${index}`)))
}

test('gives the roots that Certificate Transparency publishes for its test leaves', () => {
  let tree = emptyTree
  assert.equal(treeRoot(tree).toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  knownLeaves.forEach((leaf, index) => {
    tree = appendLeaf(tree, leafHash(Buffer.from(leaf, 'hex')))
    assert.equal(treeRoot(tree).toString('hex'), knownRoots[index])
  })
})

test('gives the root of the definition for every size up to 130, also after being stored and read back', () => {
  const leaves = leavesOf(130)
  for (let size = 0; size <= leaves.length; size += 1) {
    const tree = treeOf(leaves.slice(0, size))
    const stored = treeFromPeaks(tree.size, tree.peaks)
    assert.ok(treeRoot(stored).equals(definedRoot(leaves.slice(0, size))), `size ${size}`)
  }
})

test('refuses peaks that do not belong to the size', () => {
  const { peaks } = treeOf(leavesOf(6))
  assert.throws(() => treeFromPeaks(7, peaks), RangeError)
  assert.throws(() => treeFromPeaks(-1, []), RangeError)
  assert.throws(() => treeFromPeaks(1, [Buffer.alloc(31)]), RangeError)
})

test('proves every leaf of every tree up to 40, and no leaf at another index, in another tree or with another leaf', () => {
  for (let size = 1; size <= 40; size += 1) {
    const leaves = leavesOf(size)
    const root = treeRoot(treeOf(leaves))
    leaves.forEach((leaf, index) => {
      const proof = inclusionProof(leaves, index)
      assert.ok(verifyInclusion({ leaf, index, size, root }, proof), `leaf ${index} of ${size}`)
      assert.ok(!verifyInclusion({ leaf, index: index + 1, size, root }, proof))
      assert.ok(!verifyInclusion({ leaf: leafHash(Buffer.from('other')), index, size, root }, proof))
      assert.ok(!verifyInclusion({ leaf, index, size, root: leafHash(root) }, proof))
      assert.ok(!verifyInclusion({ leaf, index, size, root }, [...proof, root]))
      if (proof.length > 0) assert.ok(!verifyInclusion({ leaf, index, size, root }, proof.slice(1)))
    })
  }
})

test('proves that every tree up to 40 is the start of every larger one', () => {
  const leaves = leavesOf(40)
  const heads = leaves.map((_, index) => ({ size: index, root: treeRoot(treeOf(leaves.slice(0, index))) }))
  for (const second of heads) {
    for (const first of heads.slice(0, second.size + 1)) {
      const proof = consistencyProof(leaves.slice(0, second.size), first.size)
      assert.ok(verifyConsistency(first, second, proof), `${first.size} in ${second.size}`)
    }
  }
})

test('does not prove that a rewritten tree continues the old one', () => {
  const claim = fc.property(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 0, max: 60 }),
    fc.nat(),
    (first, more, at) => {
      const leaves = leavesOf(first + more)
      const old = { size: first, root: treeRoot(treeOf(leaves.slice(0, first))) }
      const rewritten = leaves.with(at % first, leafHash(Buffer.from('rewritten')))
      const now = { size: rewritten.length, root: treeRoot(treeOf(rewritten)) }
      return !verifyConsistency(old, now, consistencyProof(rewritten, first))
    },
  )
  fc.assert(claim, { numRuns: 500 })
})

test('accepts no proof of the wrong length, and no shrinking', () => {
  const leaves = leavesOf(21)
  const second = { size: 21, root: treeRoot(treeOf(leaves)) }
  const first = { size: 13, root: treeRoot(treeOf(leaves.slice(0, 13))) }
  const proof = consistencyProof(leaves, 13)
  assert.ok(verifyConsistency(first, second, proof))
  assert.ok(!verifyConsistency(first, second, proof.slice(0, -1)))
  assert.ok(!verifyConsistency(first, second, [...proof, second.root]))
  assert.ok(!verifyConsistency(first, second, []))
  assert.ok(!verifyConsistency(second, first, proof))
})
