import { type Kysely, sql } from 'kysely'

/** People, the addresses they signed in from, and the setup link. */
export async function accounts(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE users (
      id TEXT PRIMARY KEY,
      email TEXT NOT NULL,
      email_key TEXT NOT NULL UNIQUE,
      password TEXT,
      roles TEXT NOT NULL,
      created INTEGER NOT NULL
    ) STRICT`.execute(db)
  await sql`
    CREATE TABLE familiar (
      user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      address TEXT NOT NULL,
      seen INTEGER NOT NULL,
      PRIMARY KEY (user, address)
    ) STRICT, WITHOUT ROWID`.execute(db)
  await sql`
    CREATE TABLE setup (
      hash TEXT PRIMARY KEY,
      expires INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`.execute(db)
}
