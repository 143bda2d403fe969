import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { withRoom } from './no-room.ts'
import { makePrivate } from './private-file.ts'

/**
 * What RateLimiterSQLite of rate-limiter-flexible asks of a `better-sqlite3` client: its statements run one at a time
 * and are atomic by themselves, so `transaction` adds nothing.
 */
export interface ThrottleClient {
  prepare(sql: string): ThrottleStatement
  transaction<T>(change: () => T): () => T
  /** Removes counters that ran out before this time, ms since the epoch. */
  sweep(before: number): void
  close(): void
}

interface ThrottleStatement {
  get(...values: SQLInputValue[]): Readonly<Record<string, unknown>> | undefined
  all(...values: SQLInputValue[]): unknown[]
  run(...values: SQLInputValue[]): unknown
}

/** The table that RateLimiterSQLite reads and writes. */
export const THROTTLE_TABLE = 'throttle'

/**
 * Counters that survive a restart. They have a file of their own because their statements are synchronous: in the
 * store's file they would wait, and all of control with them, for a transaction that is open in the same process.
 * `synchronous = off`: a power cut may lose counters, a crash of the process may not.
 */
export function openThrottle(file: string): ThrottleClient {
  makePrivate(file)
  const database = new DatabaseSync(file, { timeout: 1_000, defensive: true })
  database.exec(`PRAGMA journal_mode = wal; PRAGMA synchronous = off;
    CREATE TABLE IF NOT EXISTS ${THROTTLE_TABLE} (key TEXT PRIMARY KEY, points INTEGER NOT NULL DEFAULT 0, expire INTEGER)`)
  return {
    prepare: (sql) => {
      const statement = database.prepare(sql)
      return {
        get: (...values) => withRoom(() => statement.get(...values)),
        all: (...values) => withRoom(() => statement.all(...values)),
        run: (...values) => withRoom(() => statement.run(...values)),
      }
    },
    transaction: (change) => change,
    sweep: (before) => void database.prepare(`DELETE FROM ${THROTTLE_TABLE} WHERE expire < ?`).run(before),
    close: () => database.close(),
  }
}
