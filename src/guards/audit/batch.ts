import type { KeyObject } from 'node:crypto'
import { appendLeaf, leafHash, type MerkleTree } from '../../kernel/merkle.ts'
import { type Checkpoint, checkpointLine, signCheckpoint } from './checkpoint.ts'
import { type AuditEntry, type CheckedEntry, checkEntry, entryLine, type StoredEntry } from './entry.ts'
import { clockMoved } from './events.ts'
import { sealFields } from './personal.ts'
import { type ClockMove, readTime, type TimeState } from './timekeeper.ts'

/** Where the log stands. A batch makes another one, which counts once the batch is on disk. */
export interface LogState {
  readonly tree: MerkleTree
  readonly last: Checkpoint
  readonly time: TimeState
}

/** Where an entry came to lie. */
export interface Placed {
  readonly id: string
  readonly index: number
  /** The log had an entry of this id already, and nothing was written. */
  readonly duplicate: boolean
}

export interface Batch {
  /** Lines to be written; empty when every entry was there already. */
  readonly text: string
  readonly state: LogState
  /** One for each entry, in order. */
  readonly placed: readonly Placed[]
}

export interface BatchInput {
  /** What the log has to say itself, in front of the entries. */
  readonly notices: readonly AuditEntry[]
  readonly entries: readonly CheckedEntry[]
  readonly wall: number
  readonly monotonic: number | undefined
  /** Index of an entry already in the log. */
  readonly indexOf: (id: string) => number | undefined
  /** Keys of all subjects that are not erased. */
  readonly keys: ReadonlyMap<string, Buffer>
  readonly signingKey: KeyObject
}

/** Lays out a batch: notices, entries, one checkpoint over them all. Touches nothing. */
export function buildBatch(state: LogState, input: BatchInput): Batch {
  const { state: time, move } = readTime(state.time, input.wall, input.monotonic)
  const timeText = new Date(time.last).toISOString()
  const lines: string[] = []
  const fresh = new Map<string, number>()
  let { tree } = state
  const place = (entry: CheckedEntry): Placed => {
    const known = fresh.get(entry.id) ?? input.indexOf(entry.id)
    if (known !== undefined) return { id: entry.id, index: known, duplicate: true }
    const index = tree.size
    const line = entryLine(storedEntry(entry, index, timeText, input.keys))
    tree = appendLeaf(tree, leafHash(Buffer.from(line)))
    lines.push(line)
    fresh.set(entry.id, index)
    return { id: entry.id, index, duplicate: false }
  }
  for (const notice of move === undefined ? input.notices : [clockNotice(move), ...input.notices]) {
    place(checkEntry(notice))
  }
  const placed = input.entries.map(place)
  if (lines.length === 0) return { text: '', state, placed }
  const head = { origin: state.last.origin, time: timeText, before: state.last }
  const last = signCheckpoint(tree, head, input.signingKey)
  lines.push(checkpointLine(last))
  return { text: `${lines.join('\n')}\n`, state: { tree, last, time }, placed }
}

function storedEntry(entry: CheckedEntry, index: number, time: string, keys: ReadonlyMap<string, Buffer>): StoredEntry {
  const { personal, ...rest } = entry
  const base = { ...rest, index, time }
  if (personal === undefined) return base
  return { ...base, personal: personal.map((it) => sealFields(it, entry.id, keys.get(it.subject))) }
}

function clockNotice({ expected, shown }: ClockMove): AuditEntry {
  return {
    event: clockMoved,
    data: {
      expected: new Date(expected).toISOString(),
      shown: new Date(shown).toISOString(),
      seconds: Math.round((shown - expected) / 1_000),
    },
  }
}
