import { randomBytes } from 'node:crypto'
import { Kysely, sql } from 'kysely'
import { nodeSqliteDialect } from './node-sqlite.ts'

interface SubjectKeyTables {
  subject_keys: { subject: string; key: Uint8Array }
  erased_subjects: { subject: string }
}

/** The keys that personal fields of the audit log are encrypted with, one for each subject (a person). */
export interface SubjectKeys {
  /** The subject's key (32 bytes, AES-256), or undefined when there is none or it was erased. */
  get(subject: string): Promise<Buffer | undefined>
  /** The keys of these subjects, made where there were none, on disk when it resolves. Erased subjects are absent. */
  create(subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer>>
  /** Removes the keys for good; these subjects never get one again. May be repeated. On disk when it resolves. */
  erase(subjects: readonly string[]): Promise<void>
  close(): Promise<void>
}

/**
 * The subjects' keys in a file of their own, so that backups can leave it out.
 *
 * `secure_delete` overwrites what is deleted, and the file is written anew after that. The rollback journal holds the
 * pages as they were before, and is gone when the transaction ends; a write-ahead log would keep the key.
 * `synchronous = extra` makes the disk forget the journal, too, before an erasure is reported as done.
 *
 * @throws Node's `ERR_SQLITE_ERROR` when the file is not such a database or another process keeps it locked for 5 s.
 */
export async function openSubjectKeys(path: string): Promise<SubjectKeys> {
  const database = new Kysely<SubjectKeyTables>({
    dialect: nodeSqliteDialect(path, {
      journal_mode: 'delete',
      secure_delete: 'on',
      synchronous: 'extra',
      temp_store: 'memory',
    }),
  })
  await database.transaction().execute(createTables)
  return {
    get: async (subject) => (await readKeys(database, [subject])).get(subject),
    create: (subjects) => createKeys(database, subjects),
    erase: (subjects) => eraseKeys(database, subjects),
    close: () => database.destroy(),
  }
}

async function createTables(database: Kysely<SubjectKeyTables>): Promise<void> {
  await sql`CREATE TABLE IF NOT EXISTS subject_keys (subject TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT`.execute(
    database,
  )
  await sql`CREATE TABLE IF NOT EXISTS erased_subjects (subject TEXT PRIMARY KEY) STRICT`.execute(database)
}

/** SQLite takes 32,766 parameters in one statement. */
const atOnce = 1_000

async function readKeys(database: Kysely<SubjectKeyTables>, subjects: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  for (let at = 0; at < subjects.length; at += atOnce) {
    const some = subjects.slice(at, at + atOnce)
    const rows = await database.selectFrom('subject_keys').selectAll().where('subject', 'in', some).execute()
    for (const row of rows) found.set(row.subject, Buffer.from(row.key))
  }
  return found
}

async function createKeys(
  database: Kysely<SubjectKeyTables>,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = [...new Set(subjects)]
  const present = await readKeys(database, wanted)
  const absent = wanted.filter((subject) => !present.has(subject))
  if (absent.length === 0) return present
  await database.transaction().execute(async (transaction) => {
    for (const subject of absent) await createKey(transaction, subject)
  })
  return readKeys(database, wanted)
}

/** One statement, so that an erasure by another process can't come between the question and the insert. */
async function createKey(database: Kysely<SubjectKeyTables>, subject: string): Promise<void> {
  await sql`
    INSERT INTO subject_keys (subject, key)
    SELECT ${subject}, ${randomBytes(32)}
    WHERE NOT EXISTS (SELECT 1 FROM erased_subjects WHERE subject = ${subject})
    ON CONFLICT DO NOTHING`.execute(database)
}

async function eraseKeys(database: Kysely<SubjectKeyTables>, subjects: readonly string[]): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    for (const subject of subjects) {
      await transaction
        .insertInto('erased_subjects')
        .values({ subject })
        .onConflict((it) => it.doNothing())
        .execute()
      const { numDeletedRows } = await transaction
        .deleteFrom('subject_keys')
        .where('subject', '=', subject)
        .executeTakeFirstOrThrow()
      if (numDeletedRows > 0n) await sql`PRAGMA user_version = 1`.execute(transaction)
    }
  })
  await rewriteIfDue(database)
}

/**
 * Writes the file anew after a deletion. `secure_delete` overwrites the deleted row, but not the copies that the
 * splitting of pages had left in their unused parts: 3 keys of 16,805 in a trial. `user_version` remembers what is due,
 * so that an erasure which was cut short here is finished when it is repeated.
 */
async function rewriteIfDue(database: Kysely<SubjectKeyTables>): Promise<void> {
  const { rows } = await sql<{ user_version: number }>`PRAGMA user_version`.execute(database)
  if (rows[0]?.user_version !== 1) return
  await sql`VACUUM`.execute(database)
  await sql`PRAGMA user_version = 0`.execute(database)
}
