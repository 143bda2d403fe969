import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { type MerkleTree, treeRoot } from '../../kernel/merkle.ts'
import { jsonLine } from './entry.ts'

const base64 = z.base64().max(128)

const checkpointSchema = z.strictObject({
  origin: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\x21-\x7e]+$/),
  sequence: z.int().min(0),
  size: z.int().min(0),
  root: base64,
  time: z.iso.datetime({ precision: 3 }),
  previous: base64.or(z.literal('')),
  signature: base64,
})

/**
 * The signed head of the log: whoever holds one can tell later whether what it covers is still there, unchanged.
 * `previous` is the hash of the checkpoint before it, so that the last signature vouches for all of them.
 */
export interface Checkpoint {
  /** Names the log; a new folder has another. */
  readonly origin: string
  /** Counts checkpoints, from 0. */
  readonly sequence: number
  /** Entries covered. */
  readonly size: number
  /** Root of the Merkle tree over them, base64. */
  readonly root: string
  /** ISO 8601 in UTC; never before the last entry covered. */
  readonly time: string
  /** SHA-256 of the checkpoint before, base64; empty for the first. */
  readonly previous: string
  /** Ed25519 over `checkpointText`, base64. */
  readonly signature: string
}

type Unsigned = Omit<Checkpoint, 'signature'>

/** The bytes that are signed: six lines after a heading, so that no other signature of this key can pass for one. */
function checkpointText(checkpoint: Unsigned): string {
  const { origin, sequence, size, root, time, previous } = checkpoint
  return `castellan audit checkpoint v1\n${origin}\n${sequence}\n${size}\n${root}\n${time}\n${previous}\n`
}

export function signCheckpoint(
  tree: MerkleTree,
  head: { readonly origin: string; readonly time: string; readonly before: Checkpoint | undefined },
  signingKey: KeyObject,
): Checkpoint {
  const unsigned: Unsigned = {
    origin: head.origin,
    sequence: head.before === undefined ? 0 : head.before.sequence + 1,
    size: tree.size,
    root: treeRoot(tree).toString('base64'),
    time: head.time,
    previous: head.before === undefined ? '' : checkpointHash(head.before),
  }
  return { ...unsigned, signature: sign(null, Buffer.from(checkpointText(unsigned)), signingKey).toString('base64') }
}

export function isSignedBy(checkpoint: Checkpoint, publicKey: KeyObject): boolean {
  const text = Buffer.from(checkpointText(checkpoint))
  return verify(null, text, publicKey, Buffer.from(checkpoint.signature, 'base64'))
}

/** What the next checkpoint holds as `previous`. */
export function checkpointHash(checkpoint: Checkpoint): string {
  return createHash('sha256').update(checkpointText(checkpoint)).update(checkpoint.signature).digest('base64')
}

/** Undefined when it does not have the form of a checkpoint. Says nothing about its signature. */
export function parseCheckpoint(value: unknown): Checkpoint | undefined {
  const parsed = checkpointSchema.safeParse(value)
  return parsed.success ? parsed.data : undefined
}

export function checkpointLine(checkpoint: Checkpoint): string {
  return jsonLine({ checkpoint })
}

/** Names a public key: the start of the SHA-256 of its SPKI form. Private keys are named by their public part. */
export function keyId(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex').slice(0, 32)
}

/** How a checkpoint can fail to follow from the one before it and the entries between them. */
export type CheckpointFault = 'other-log' | 'missing' | 'rewritten' | 'time' | 'size' | 'root'

/**
 * Whether `checkpoint` comes right after `before` and is of this tree; the first fault found. The signature is left to
 * the caller: one on the last checkpoint vouches for all, by `previous`.
 */
export function checkpointFault(
  checkpoint: Checkpoint,
  before: Checkpoint,
  tree: MerkleTree,
): CheckpointFault | undefined {
  if (checkpoint.origin !== before.origin) return 'other-log'
  if (checkpoint.sequence !== before.sequence + 1) return 'missing'
  if (checkpoint.previous !== checkpointHash(before)) return 'rewritten'
  if (checkpoint.time < before.time) return 'time'
  if (checkpoint.size !== tree.size) return 'size'
  return checkpoint.root === treeRoot(tree).toString('base64') ? undefined : 'root'
}
