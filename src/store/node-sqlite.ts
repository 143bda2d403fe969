import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'
import { withRoom } from './no-room.ts'

/** Settings of SQLite, for example `{ journal_mode: 'wal', synchronous: 'full' }`. Sent in this order, unescaped. */
export type Pragmas = Readonly<Record<string, string | number>>

/**
 * Kysely's SQLite dialect over the SQLite that is part of Node.
 *
 * @param path A file, created with mode 0600 when absent, or `:memory:`. SQLite gives its journal the same mode.
 * @param pragmas Written by us, never taken from configuration or input.
 * @throws Node's `ERR_SQLITE_ERROR` or a file error, at once and not at the first query.
 */
export function nodeSqliteDialect(path: string, pragmas: Pragmas = {}): SqliteDialect {
  return new SqliteDialect({ database: kyselyDatabase(openDatabase(path, pragmas)) })
}

function openDatabase(path: string, pragmas: Pragmas): DatabaseSync {
  // SQLite itself would create the file with the umask's mode, readable by others.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path, { timeout: 5_000, defensive: true })
  try {
    for (const [name, value] of Object.entries(pragmas)) database.exec(`PRAGMA ${name} = ${value}`)
  } catch (error) {
    database.close()
    throw error
  }
  return database
}

/** Kysely speaks better-sqlite3's interface: parameters in one array, and `reader` says whether rows come back. */
function kyselyDatabase(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    // A full disk ends the transaction (https://www.sqlite.org/lang_transaction.html); to end it again would be an error
    // in front of the one that says why.
    prepare: (sql) =>
      kyselyStatement(database.prepare(sql === 'rollback' && !database.isTransaction ? 'select 0 where 0' : sql)),
  }
}

function kyselyStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => withRoom(() => statement.all(...(parameters as SQLInputValue[]))),
    run: (parameters) => withRoom(() => statement.run(...(parameters as SQLInputValue[]))),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  }
}
