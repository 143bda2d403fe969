import type { KeyObject } from 'node:crypto'
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { type Batch, buildBatch, type LogState, type Placed } from './batch.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { AuditEntry, CheckedEntry } from './entry.ts'
import { writeError } from './errors.ts'
import { writeFailed } from './events.ts'
import { putFile, segmentName } from './files.ts'
import type { Offsite, OffsiteStatus } from './offsite.ts'
import type { PersonalKeys } from './personal.ts'
import type { Recovered } from './recover.ts'
import { headerLine } from './segment.ts'
import type { Witness } from './witness.ts'
import { SegmentWriter } from './writer.ts'

/** What an `append` came to. */
export interface Appended {
  /** One for each entry, in order. */
  readonly entries: readonly Placed[]
  /** Covers them; on disk, like them. */
  readonly checkpoint: Checkpoint
}

export interface AuditStatus {
  readonly last: Checkpoint
  /** Why the last batch failed; undefined when it did not. */
  readonly failure: Error | undefined
  /** Undefined when checkpoints stay on the host. */
  readonly offsite: OffsiteStatus | undefined
}

export interface LogParts {
  readonly folder: string
  readonly signingKey: KeyObject
  readonly keys: PersonalKeys
  readonly clock: Clock
  readonly monotonic: Clock | undefined
  readonly segmentBytes: number
  readonly recovered: Recovered
  readonly notices: readonly AuditEntry[]
  readonly writer: SegmentWriter
  readonly witness: Witness
  readonly offsite: Offsite | undefined
  readonly onError: (error: Error) => void
  readonly unlock: () => Promise<void>
}

/** Somebody who asked for entries. */
export interface Waiting {
  readonly entries: readonly CheckedEntry[]
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: Error) => void
}

const mostIds = 50_000

/** Takes groups of entries to the disk, one after the other, and knows where the log stands. */
export class Committer {
  readonly #parts: LogParts
  readonly #ids: Map<string, number>
  #writer: SegmentWriter
  #state: LogState
  #notices: readonly AuditEntry[]
  #failure: Error | undefined
  /** Entries rejected since the last batch that was written; the log says so when it can again. */
  #rejected = 0

  constructor(parts: LogParts) {
    const { tree, last, ids } = parts.recovered
    this.#parts = parts
    this.#ids = ids
    this.#writer = parts.writer
    this.#notices = parts.notices
    this.#state = { tree, last, time: { last: Date.parse(last.time), behind: false } }
  }

  /** Settles everybody in the group, all in the same way; never rejects. */
  async write(group: readonly Waiting[]): Promise<void> {
    const entries = group.flatMap((it) => it.entries)
    try {
      const batch = await this.#layOut(entries)
      if (batch.text !== '') await this.#store(batch)
      let at = 0
      for (const { entries: own, resolve } of group) {
        resolve({ entries: batch.placed.slice(at, at + own.length), checkpoint: this.#state.last })
        at += own.length
      }
    } catch (cause) {
      const failure = writeError(cause)
      this.#failure = failure
      this.#rejected += entries.length
      for (const { reject } of group) reject(failure)
    }
  }

  status(): AuditStatus {
    return { last: this.#state.last, failure: this.#failure, offsite: this.#parts.offsite?.status() }
  }

  async close(): Promise<void> {
    const { offsite, witness, unlock } = this.#parts
    await offsite?.close()
    await Promise.all([this.#writer.close(), witness.close()])
    await unlock()
  }

  async #layOut(entries: readonly CheckedEntry[]): Promise<Batch> {
    const { keys, clock, monotonic, signingKey } = this.#parts
    const subjects = entries.flatMap((entry) => entry.personal?.map((it) => it.subject) ?? [])
    const rejections = this.#rejected === 0 ? [] : [rejectionNotice(this.#rejected)]
    return buildBatch(this.#state, {
      notices: [...this.#notices, ...rejections],
      entries,
      keys: subjects.length === 0 ? new Map() : await keys.create(subjects),
      wall: clock(),
      monotonic: monotonic?.(),
      indexOf: (id) => this.#ids.get(id),
      signingKey,
    })
  }

  async #store(batch: Batch): Promise<void> {
    const { folder, segmentBytes, witness, offsite, onError } = this.#parts
    if (this.#writer.bytes >= segmentBytes) this.#writer = await nextSegment(folder, this.#writer, this.#state)
    await this.#writer.write(batch.text)
    this.#state = batch.state
    this.#notices = []
    this.#rejected = 0
    this.#failure = undefined
    this.#remember(batch.placed)
    // The entries are on disk: a witness that lags makes `verify` complain, but takes nothing back.
    await witness.write(batch.state.last).catch(onError)
    offsite?.offer(batch.state.last)
  }

  #remember(placed: readonly Placed[]): void {
    for (const { id, index } of placed) this.#ids.set(id, index)
    for (const id of this.#ids.keys()) {
      if (this.#ids.size <= mostIds) return
      this.#ids.delete(id)
    }
  }
}

function rejectionNotice(entries: number): AuditEntry {
  return { event: writeFailed, data: { entries } }
}

async function nextSegment(folder: string, writer: SegmentWriter, state: LogState): Promise<SegmentWriter> {
  const name = segmentName(state.tree.size)
  const header = `${headerLine(state.tree, state.last)}\n`
  try {
    await putFile(folder, name, header)
  } catch (error) {
    await unlink(join(folder, `${name}.new`)).catch(() => {})
    throw error
  }
  const next = await SegmentWriter.open(folder, name, Buffer.byteLength(header))
  await writer.close()
  return next
}
