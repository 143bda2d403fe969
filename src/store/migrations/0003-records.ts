import { type Kysely, sql } from 'kysely'

/** Policies that were in force, runs of proofs, and audit entries on their way to the audit log. */
export async function records(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE policies (
      version TEXT PRIMARY KEY,
      text TEXT NOT NULL,
      since INTEGER NOT NULL
    ) STRICT`.execute(db)
  await sql`
    CREATE TABLE proofs (
      run TEXT PRIMARY KEY,
      at INTEGER NOT NULL,
      json TEXT NOT NULL
    ) STRICT`.execute(db)
  await sql`CREATE INDEX proofs_at ON proofs (at)`.execute(db)
  await sql`
    CREATE TABLE outbox (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      entry TEXT NOT NULL
    ) STRICT`.execute(db)
}
