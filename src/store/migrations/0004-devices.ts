import { type Kysely, sql } from 'kysely'

/** Browsers in which people signed in before. */
export async function devices(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE devices (
      user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      hash TEXT NOT NULL,
      seen INTEGER NOT NULL,
      PRIMARY KEY (user, hash)
    ) STRICT, WITHOUT ROWID`.execute(db)
  await sql`CREATE INDEX devices_hash ON devices (hash)`.execute(db)
}
