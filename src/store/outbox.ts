import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { AuditTrail } from '../control/services.ts'
import { CastellanError } from '../kernel/errors.ts'
import type { Store } from './database.ts'
import type { Schema } from './schema.ts'
import { createSerial } from './serial.ts'

export type AuditEntry = Parameters<AuditTrail['append']>[0][number]

/** Changes state; what is handed to `audit` is committed with it or not at all. */
export type Change<T> = (tx: Transaction<Schema>, audit: (entry: AuditEntry) => void) => Promise<T>

export interface ChangeOptions<T> {
  /**
   * Called right after the commit and before any later change is committed, so that what edges are told has the order
   * of the commits; and before the audit log is written, as a revocation must not wait for that. Must not throw.
   */
  readonly committed?: (value: T) => void
  /** Change even while entries of earlier changes can't be written, as ending a session must always be possible. */
  readonly urgent?: boolean
}

/** The one way to change what is audited. */
export interface Outbox {
  /**
   * Runs the change in one transaction and resolves when it is on disk and in the audit log.
   *
   * @throws what `change` throws, and then nothing was changed; or CastellanError `audit.unavailable`. If the audit log
   *   failed before, nothing was changed. If it fails now, the change stands, and its entry is written before the
   *   next change or at the next start; the caller must not treat it as done.
   */
  run<T>(change: Change<T>, options?: ChangeOptions<T>): Promise<T>
  /** Hands everything that waits to the audit log; called at start. Throws CastellanError `audit.unavailable`. */
  drain(): Promise<void>
}

const BATCH = 200

/** Entries reach `trail` in the order of their commits, each at least once, always with the same id. */
export function createOutbox(store: Store, trail: AuditTrail): Outbox {
  const inTurn = createSerial()
  const deliverInTurn = createSerial()
  // True while entries wait that could not be delivered, and until the first delivery showed that none do.
  let behind = true

  function drain(): Promise<void> {
    return deliverInTurn(async () => {
      try {
        while (await deliverBatch(store, trail));
        behind = false
      } catch (error) {
        behind = true
        throw error
      }
    })
  }

  return {
    drain,
    async run(change, { committed, urgent = false } = {}) {
      if (behind && !urgent) await drain()
      const value = await inTurn(async () => {
        const result = await commit(store, change)
        committed?.(result)
        return result
      })
      await drain()
      return value
    },
  }
}

function commit<T>(store: Store, change: Change<T>): Promise<T> {
  return store.db.transaction().execute(async (tx) => {
    const entries: AuditEntry[] = []
    const result = await change(tx, (entry) => entries.push(entry))
    if (entries.length > 0) await tx.insertInto('outbox').values(entries.map(toRow)).execute()
    return result
  })
}

function toRow(entry: AuditEntry) {
  const id = entry.id ?? randomUUID()
  return { id, entry: JSON.stringify({ ...entry, id }) }
}

/** Whether there may be more. */
async function deliverBatch(store: Store, trail: AuditTrail): Promise<boolean> {
  const rows = await store.db.selectFrom('outbox').selectAll().orderBy('seq').limit(BATCH).execute()
  const newest = rows.at(-1)
  if (newest === undefined) return false
  try {
    await trail.append(rows.map((row): AuditEntry => JSON.parse(row.entry)))
  } catch (error) {
    throw new CastellanError('audit.unavailable', "The audit log can't be written, so nothing can be changed now.", {
      hint: 'Look for a full disk or a stopped log writer.',
      cause: error,
    })
  }
  await store.db.deleteFrom('outbox').where('seq', '<=', newest.seq).execute()
  return rows.length === BATCH
}
