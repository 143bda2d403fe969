import { type Kysely, sql } from 'kysely'

/** Sessions and sign-in codes. Deleting a portal session deletes its children and codes. */
export async function sessions(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE sessions (
      id TEXT PRIMARY KEY,
      hash TEXT NOT NULL UNIQUE,
      parent TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
      user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      site TEXT NOT NULL,
      created INTEGER NOT NULL,
      last_seen INTEGER NOT NULL,
      expires INTEGER NOT NULL
    ) STRICT`.execute(db)
  await sql`CREATE INDEX sessions_parent ON sessions (parent)`.execute(db)
  await sql`CREATE INDEX sessions_user ON sessions (user)`.execute(db)
  await sql`
    CREATE TABLE codes (
      hash TEXT PRIMARY KEY,
      portal TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
      site TEXT NOT NULL,
      state TEXT NOT NULL,
      return_to TEXT NOT NULL,
      expires INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`.execute(db)
  await sql`CREATE INDEX codes_portal ON codes (portal)`.execute(db)
}
