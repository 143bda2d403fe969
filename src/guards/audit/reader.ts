import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Json, StoredEntry } from './entry.ts'
import { listSegments } from './files.ts'
import { openFields, type PersonalKeys, type ReadFields, type SealedFields } from './personal.ts'
import { segmentLines } from './segment.ts'

/** An entry as shown to a reader. */
export interface ReadEntry extends Omit<StoredEntry, 'personal'> {
  readonly data?: Readonly<Record<string, Json>>
  readonly personal?: readonly ReadFields[]
}

export interface ReadOptions {
  /** Index of the first entry wanted. */
  readonly from?: number
  /** Only the last so many of what there is. */
  readonly tail?: number
  /** Goes on with new entries as they come, until `signal` aborts. */
  readonly follow?: boolean
  readonly signal?: AbortSignal
  /** Shows personal fields, of everybody who was not erased. */
  readonly decrypt?: Pick<PersonalKeys, 'get'>
}

const followEveryMs = 200

/**
 * The entries of a log in order, read from its files alone, also while they are written. Only what a checkpoint covers:
 * the rest is still on its way, or was never acknowledged. It checks no signature; `verifyAudit` does.
 *
 * @throws Node's file errors, `ENOENT` when there is no folder
 */
export async function* readEntries(folder: string, options: ReadOptions = {}): AsyncGenerator<ReadEntry> {
  const { from = 0, tail, follow = false, signal, decrypt } = options
  let next = tail === undefined ? from : Math.max(from, (await coveredSize(folder)) - tail)
  const place: Place = { first: 0, offset: 0 }
  for (;;) {
    for await (const entry of entriesFrom(folder, place, next)) {
      yield await openEntry(entry, decrypt)
      next = entry.index + 1
    }
    if (!follow || signal?.aborted === true) return
    await delay(followEveryMs, undefined, { signal }).catch(() => {})
  }
}

/** How far a reader has come: a segment, and the bytes of it up to a checkpoint. */
interface Place {
  first: number
  offset: number
}

/** Entries that checkpoints cover. */
async function coveredSize(folder: string): Promise<number> {
  const last = (await listSegments(folder)).at(-1)
  if (last === undefined) return 0
  const index = coveredPart(await readFile(join(folder, last.name))).entries.at(-1)?.index ?? last.first - 1
  return index + 1
}

/** Reads on from `place` and moves it; entries in front of `next` are left out. */
async function* entriesFrom(folder: string, place: Place, next: number): AsyncGenerator<StoredEntry> {
  const segments = await listSegments(folder)
  const started = segments.findLast((segment) => segment.first <= next)?.first ?? 0
  for (const segment of segments.filter((it) => it.first >= Math.max(place.first, started))) {
    if (segment.first !== place.first) Object.assign(place, { first: segment.first, offset: 0 })
    const { entries, bytes } = coveredPart(await readOn(join(folder, segment.name), place))
    place.offset += bytes
    for (const entry of entries) if (entry.index >= next) yield entry
  }
}

/** What is new in a segment. When it has become shorter, a batch was undone: then it is read again from its start. */
async function readOn(path: string, place: Place): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size < place.offset) place.offset = 0
    const content = Buffer.alloc(size - place.offset)
    const { bytesRead } = await file.read(content, 0, content.length, place.offset)
    return content.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The entries that have a checkpoint behind them, and the bytes up to the last of these. */
function coveredPart(content: Buffer): { entries: StoredEntry[]; bytes: number } {
  const entries: StoredEntry[] = []
  let covered = 0
  let bytes = 0
  for (const { line, end } of segmentLines(content)) {
    if (line.kind === 'entry') entries.push(line.entry)
    if (line.kind !== 'checkpoint') continue
    covered = entries.length
    bytes = end
  }
  return { entries: entries.slice(0, covered), bytes }
}

async function openEntry(entry: StoredEntry, keys: ReadOptions['decrypt']): Promise<ReadEntry> {
  const { personal, ...rest } = entry
  if (personal === undefined) return rest
  return { ...rest, personal: await Promise.all(personal.map((sealed) => showFields(sealed, entry.id, keys))) }
}

async function showFields(sealed: SealedFields, entryId: string, keys: ReadOptions['decrypt']): Promise<ReadFields> {
  const { subject } = sealed
  if ('erased' in sealed) return { subject, hidden: 'erased' }
  if (keys === undefined) return { subject, hidden: 'sealed' }
  const key = await keys.get(subject)
  if (key === undefined) return { subject, hidden: 'erased' }
  const fields = openFields(sealed, entryId, key)
  return fields === undefined ? { subject, hidden: 'sealed' } : { subject, fields }
}
