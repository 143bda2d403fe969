import { createPublicKey, type KeyObject } from 'node:crypto'
import { readdir, readFile, truncate, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { appendLeaf, emptyTree, leafHash, type MerkleTree } from '../../kernel/merkle.ts'
import { type Checkpoint, checkpointFault, isSignedBy, signCheckpoint } from './checkpoint.ts'
import { auditError } from './errors.ts'
import { listSegments, putFile, type SegmentFile, segmentName, witnessFile } from './files.ts'
import { headerLine, headerTree, type PlacedLine, segmentLines } from './segment.ts'

/** What is known of a log after its files were read. */
export interface Recovered {
  readonly segment: string
  /** Bytes of the segment up to and with its last checkpoint. */
  readonly bytes: number
  readonly tree: MerkleTree
  readonly last: Checkpoint
  /** Ids of the latest entries with their index, oldest first. */
  readonly ids: Map<string, number>
  /** What a crash left behind the last checkpoint. It was never acknowledged, and is gone now. */
  readonly dropped: { readonly bytes: number; readonly lines: number } | undefined
}

/** So many of the latest ids are known after a start, at the least. */
const fewIds = 1_000

/**
 * Reads the end of a log and takes away what a crash left unfinished there. Everything acknowledged is in front of a
 * checkpoint, because a batch is on disk, its checkpoint included, before anybody hears of it.
 *
 * @param witness A checkpoint from beside the entries, with a good signature.
 * @throws CastellanError `audit.damaged`, `audit.key-mismatch`; Node's file errors
 */
export async function recoverLog(
  folder: string,
  signingKey: KeyObject,
  witness: Checkpoint | undefined,
): Promise<Recovered | undefined> {
  await removeUnfinished(folder)
  const segments = await listSegments(folder)
  const segment = segments.at(-1)
  if (segment === undefined) {
    checkWitness(witness, undefined)
    return undefined
  }
  const content = await readFile(join(folder, segment.name))
  const scan = scanSegment(segment, content, createPublicKey(signingKey))
  // Before anything is changed: what is damaged stays as it is, for whoever looks into it.
  checkWitness(witness, scan.last)
  if (content.length > scan.bytes) await truncate(join(folder, segment.name), scan.bytes)
  const ids = await earlierIds(folder, segments.slice(0, -1), fewIds - scan.ids.size)
  return { segment: segment.name, ...scan, ids: new Map([...ids, ...scan.ids]) }
}

/** Ids of the entries before the last segment, at least `wanted` of them if there are so many. */
async function earlierIds(
  folder: string,
  segments: readonly SegmentFile[],
  wanted: number,
): Promise<Map<string, number>> {
  let ids = new Map<string, number>()
  for (const segment of segments.toReversed()) {
    if (ids.size >= wanted) break
    ids = new Map([...idsOf(await readFile(join(folder, segment.name))), ...ids])
  }
  return ids
}

/** Begins a log: the first segment, with a checkpoint of the empty tree. */
export async function beginLog(
  folder: string,
  origin: string,
  time: string,
  signingKey: KeyObject,
): Promise<Recovered> {
  const last = signCheckpoint(emptyTree, { origin, time, before: undefined }, signingKey)
  const header = `${headerLine(emptyTree, last)}\n`
  const segment = segmentName(0)
  await putFile(folder, segment, header)
  return { segment, bytes: Buffer.byteLength(header), tree: emptyTree, last, ids: new Map(), dropped: undefined }
}

async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder)
  for (const name of names.filter((it) => it.endsWith('.new'))) await unlink(join(folder, name))
}

type Scan = Omit<Recovered, 'segment'>

function scanSegment(segment: SegmentFile, content: Buffer, publicKey: KeyObject): Scan {
  const lines = segmentLines(content)
  const first = lines.next().value
  let state = startOf(segment, first, publicKey)
  let pending = state
  let unfinished = 0
  const ids = new Map<string, number>()
  for (const placed of lines) {
    const { line } = placed
    if (line.kind === 'checkpoint') {
      const fault = unfinished > 0 ? 'unreadable' : checkpointFault(line.checkpoint, state.last, pending.tree)
      if (fault !== undefined) throw damaged(segment, placed, fault)
      state = { ...pending, last: line.checkpoint, bytes: placed.end }
      pending = state
    } else if (line.kind === 'entry' && unfinished === 0 && line.entry.index === pending.tree.size) {
      ids.set(line.entry.id, pending.tree.size)
      pending = { ...pending, tree: appendLeaf(pending.tree, leafHash(line.bytes)) }
    } else {
      // A line that a crash cut short, unless a checkpoint follows: then it was whole once.
      unfinished += 1
    }
  }
  if (!isSignedBy(state.last, publicKey)) throw damaged(segment, undefined, 'signature')
  for (const [id, index] of ids) if (index >= state.tree.size) ids.delete(id)
  return { ...state, ids, dropped: droppedFrom(content, state.bytes) }
}

interface Position {
  readonly bytes: number
  readonly tree: MerkleTree
  readonly last: Checkpoint
}

function startOf(segment: SegmentFile, placed: PlacedLine | undefined, publicKey: KeyObject): Position {
  if (placed?.line.kind !== 'header') throw damaged(segment, placed, 'header')
  const { header } = placed.line
  const tree = headerTree(header)
  if (tree === undefined || tree.size !== segment.first) throw damaged(segment, placed, 'header')
  if (!isSignedBy(header.checkpoint, publicKey)) {
    throw auditError('audit.key-mismatch', `The audit log was not signed with this key (${segment.name}).`)
  }
  return { bytes: placed.end, tree, last: header.checkpoint }
}

function damaged(segment: SegmentFile, placed: PlacedLine | undefined, fault: string): Error {
  const where = `${segment.name}${placed === undefined ? '' : `:${placed.number}`}`
  return auditError('audit.damaged', `The audit log is not what was signed (${where}: ${fault}).`)
}

function idsOf(content: Buffer): Map<string, number> {
  const ids = new Map<string, number>()
  for (const { line } of segmentLines(content)) {
    if (line.kind === 'entry') ids.set(line.entry.id, line.entry.index)
  }
  return ids
}

function droppedFrom(content: Buffer, bytes: number): Recovered['dropped'] {
  if (content.length === bytes) return undefined
  return { bytes: content.length - bytes, lines: [...segmentLines(content.subarray(bytes))].length }
}

/** @throws CastellanError `audit.damaged` when the witness has seen more than the log holds */
function checkWitness(witness: Checkpoint | undefined, last: Checkpoint | undefined): void {
  if (witness === undefined || (last !== undefined && witness.sequence <= last.sequence)) return
  const size = last?.size ?? 0
  throw auditError('audit.damaged', `The audit log holds ${size} entries, but ${witnessFile} has seen ${witness.size}.`)
}
