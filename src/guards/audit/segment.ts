import { z } from 'zod'
import { type MerkleTree, treeFromPeaks, treeRoot } from '../../kernel/merkle.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { jsonLine, type StoredEntry } from './entry.ts'
import type { SealedFields } from './personal.ts'

/**
 * A segment is a file of JSON lines: a header, then entries, and a checkpoint after every batch. Entries without a
 * checkpoint behind them were never acknowledged.
 */
export type SegmentLine =
  | { readonly kind: 'header'; readonly header: SegmentHeader }
  | { readonly kind: 'entry'; readonly entry: StoredEntry; readonly bytes: Buffer }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'unreadable' }

/** The tree in front of a segment, so that the last one is enough to go on. */
export interface SegmentHeader {
  /** Peaks of the tree, base64; true only if their root is the checkpoint's. */
  readonly peaks: readonly string[]
  /** The last checkpoint before this segment, repeated. */
  readonly checkpoint: Checkpoint
}

export function headerLine(tree: MerkleTree, checkpoint: Checkpoint): string {
  return jsonLine({ segment: { peaks: tree.peaks.map((peak) => peak.toString('base64')), checkpoint } })
}

/** The tree that a header tells of; undefined when it is not the one that its checkpoint was made for. */
export function headerTree(header: SegmentHeader): MerkleTree | undefined {
  try {
    const peaks = header.peaks.map((peak) => Buffer.from(peak, 'base64'))
    const tree = treeFromPeaks(header.checkpoint.size, peaks)
    return treeRoot(tree).toString('base64') === header.checkpoint.root ? tree : undefined
  } catch {
    return undefined
  }
}

/** A line with its place in the file: `start` of its first byte, `end` behind its newline. */
export interface PlacedLine {
  /** From 1, as editors count. */
  readonly number: number
  readonly start: number
  readonly end: number
  readonly line: SegmentLine
}

/** The lines of a segment in order. What comes after the last newline is a line that can't be read. */
export function* segmentLines(content: Buffer): Generator<PlacedLine> {
  let start = 0
  for (let number = 1; start < content.length; number += 1) {
    const newline = content.indexOf(0x0a, start)
    const end = newline === -1 ? content.length : newline + 1
    const line = newline === -1 ? unreadable : parseLine(content.subarray(start, newline))
    yield { number, start, end, line }
    start = end
  }
}

const unreadable: SegmentLine = { kind: 'unreadable' }

const headerSchema = z.strictObject({ peaks: z.array(z.string()).max(64), checkpoint: z.unknown() })

function parseLine(bytes: Buffer): SegmentLine {
  let value: Record<string, unknown>
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    return unreadable
  }
  if (typeof value !== 'object' || value === null) return unreadable
  if ('checkpoint' in value) return parseCheckpointLine(value.checkpoint)
  if ('segment' in value) return parseHeader(value.segment)
  return isEntry(value) ? { kind: 'entry', entry: value, bytes } : unreadable
}

const entryKeys = new Set(['index', 'id', 'time', 'event', 'actor', 'target', 'site', 'data', 'personal'])

/** By hand: a log has millions of these, and a schema takes five times as long. */
function isEntry(value: object): value is StoredEntry {
  const { index, id, time, event, actor = '', target = '', site = '', data = {}, personal = [] } = value as StoredEntry
  return (
    Number.isSafeInteger(index) &&
    [id, time, event, actor, target, site].every((it) => typeof it === 'string') &&
    timeForm.test(time) &&
    typeof data === 'object' &&
    Array.isArray(personal) &&
    personal.every(isSealed) &&
    Object.keys(value).every((key) => entryKeys.has(key))
  )
}

// Of fixed length, so that times compare as text.
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

function isSealed(value: unknown): value is SealedFields {
  if (typeof value !== 'object' || value === null || !('subject' in value)) return false
  if (typeof value.subject !== 'string') return false
  if ('erased' in value) return value.erased === true
  return 'nonce' in value && typeof value.nonce === 'string' && 'sealed' in value && typeof value.sealed === 'string'
}

function parseCheckpointLine(value: unknown): SegmentLine {
  const checkpoint = parseCheckpoint(value)
  return checkpoint === undefined ? unreadable : { kind: 'checkpoint', checkpoint }
}

function parseHeader(value: unknown): SegmentLine {
  const header = headerSchema.safeParse(value)
  const checkpoint = header.success ? parseCheckpoint(header.data.checkpoint) : undefined
  if (!header.success || checkpoint === undefined) return unreadable
  return { kind: 'header', header: { peaks: header.data.peaks, checkpoint } }
}
