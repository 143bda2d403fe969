import { type Kysely, sql } from 'kysely'

/** What was seen of the installation, the states of claims, and what people confirmed. */
export async function posture(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE looks (
      guide TEXT PRIMARY KEY,
      at INTEGER NOT NULL,
      json TEXT NOT NULL
    ) STRICT`.execute(db)
  await sql`
    CREATE TABLE claims (
      claim TEXT PRIMARY KEY,
      state TEXT NOT NULL,
      since INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`.execute(db)
  await sql`
    CREATE TABLE attestations (
      claim TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      reason TEXT NOT NULL,
      made INTEGER NOT NULL,
      until INTEGER NOT NULL,
      signature TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`.execute(db)
}
