import { Kysely } from 'kysely'
import { migrate, withTransactionalDdl } from './migrate.ts'
import { nodeSqliteDialect } from './node-sqlite.ts'
import { makePrivate } from './private-file.ts'
import type { Schema } from './schema.ts'
import { openThrottle, type ThrottleClient } from './throttle.ts'

/** The state of one installation. */
export interface Store {
  readonly db: Kysely<Schema>
  /** Counters against guessing, in a file of their own: see throttle.ts. */
  readonly throttle: ThrottleClient
  close(): Promise<void>
}

/**
 * `synchronous = full` makes a commit wait for the disk: what was acknowledged survives a crash and a power cut
 * (https://www.sqlite.org/pragma.html#pragma_synchronous; with WAL, `normal` may lose the last commits).
 */
const PRAGMAS = { journal_mode: 'wal', synchronous: 'full', foreign_keys: 'on', trusted_schema: 'off' } as const

/**
 * Opens the SQLite file, creates it with mode 0600 when absent, and migrates it. One process at a time writes to it.
 *
 * @param file Path of the database. Beside it lie `-wal`, `-shm` and `-throttle`.
 * @throws CastellanError `store.migration`, or a file error such as EACCES.
 */
export async function openStore(file: string): Promise<Store> {
  makePrivate(file)
  const db = new Kysely<Schema>({ dialect: withTransactionalDdl(nodeSqliteDialect(file, PRAGMAS)) })
  try {
    await migrate(db as unknown as Kysely<unknown>)
    const throttle = openThrottle(`${file}-throttle`)
    return {
      db,
      throttle,
      async close() {
        throttle.close()
        await db.destroy()
      },
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}
