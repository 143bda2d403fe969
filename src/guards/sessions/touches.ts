import type { Store } from '../../store/database.ts'
import type { SessionSettings } from './rows.ts'

/** Uses of sessions that are collected in memory and written together. A crash loses at most `DELAY` of them. */
export interface Touches {
  add(ids: readonly string[], at: number): void
  /** Writes what was collected; resolves with the ids of sessions whose end moved. */
  flush(): Promise<string[]>
  close(): void
}

const DELAY = 5_000
const BATCH = 500

/**
 * @param flushed Called with ids whose end moved, so that edges can be told.
 * @param failed Called when a write failed in the background; the uses are kept for the next one.
 */
export function createTouches(
  store: Store,
  settings: () => SessionSettings,
  later: { flushed: (ids: string[]) => Promise<void>; failed: (error: unknown) => void },
): Touches {
  let pending = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined

  async function flush(): Promise<string[]> {
    clearTimeout(timer)
    timer = undefined
    const batch = [...pending]
    pending = new Map()
    const moved: string[] = []
    try {
      for (let i = 0; i < batch.length; i += BATCH) {
        moved.push(...(await writeTouches(store, batch.slice(i, i + BATCH), settings().idle)))
      }
    } catch (error) {
      add(batch)
      throw error
    }
    return moved
  }

  function add(entries: Iterable<readonly [string, number]>): void {
    for (const [id, at] of entries) pending.set(id, Math.max(at, pending.get(id) ?? 0))
    timer ??= setTimeout(() => void flush().then(later.flushed).catch(later.failed), DELAY).unref()
  }

  return {
    add: (ids, at) => add(ids.map((id) => [id, at] as const)),
    flush,
    close: () => clearTimeout(timer),
  }
}

/**
 * A use counts for the session and for its portal session, so that work on one site does not let the sign-in expire.
 * It never revives a session that was idle for too long at that time, and never one that was deleted.
 */
async function writeTouches(store: Store, batch: [string, number][], idle: number): Promise<string[]> {
  return store.db.transaction().execute(async (tx) => {
    const times = new Map(batch)
    const rows = await tx
      .selectFrom('sessions')
      .select(['id', 'parent'])
      .where('id', 'in', [...times.keys()])
      .execute()
    for (const { id, parent } of rows) times.set(parent, Math.max(times.get(parent) ?? 0, times.get(id) ?? 0))
    const moved: string[] = []
    for (const [id, at] of times) {
      const { numUpdatedRows } = await tx
        .updateTable('sessions')
        .set({ last_seen: at })
        .where('id', '=', id)
        .where('last_seen', '<', at)
        .where('last_seen', '>', at - idle)
        .executeTakeFirst()
      if (numUpdatedRows > 0n) moved.push(id)
    }
    return moved
  })
}
