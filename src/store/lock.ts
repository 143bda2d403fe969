import { Kysely, sql } from 'kysely'
import { nodeSqliteDialect } from './node-sqlite.ts'

/** A lock on a file, held by this process until it is released or ends, however it ends. */
export interface FileLock {
  release(): Promise<void>
}

/**
 * Takes the lock `path`, or resolves with undefined when somebody holds it. Node has no file locks of its own; SQLite's
 * are the kernel's, so that `kill -9` leaves none behind, and no process number has to be trusted.
 *
 * @throws Node's `ERR_SQLITE_ERROR` or a file error when it can't be found out.
 */
export async function lockFile(path: string): Promise<FileLock | undefined> {
  let database: Kysely<Record<string, never>> | undefined
  try {
    database = new Kysely({ dialect: nodeSqliteDialect(path, { busy_timeout: 0, locking_mode: 'exclusive' }) })
    // In this mode the lock that a transaction takes is kept after it.
    await sql`BEGIN EXCLUSIVE`.execute(database)
    await sql`COMMIT`.execute(database)
  } catch (error) {
    await database?.destroy()
    if (isBusy(error)) return undefined
    throw error
  }
  const held = database
  return { release: () => held.destroy() }
}

/** SQLITE_BUSY, 5. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5
}
