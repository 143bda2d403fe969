import { type Dialect, type DialectAdapter, type Kysely, SqliteAdapter } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { CastellanError } from '../kernel/errors.ts'
import { accounts } from './migrations/0001-accounts.ts'
import { sessions } from './migrations/0002-sessions.ts'
import { records } from './migrations/0003-records.ts'
import { devices } from './migrations/0004-devices.ts'
import { posture } from './migrations/0005-posture.ts'

/** In this order. Never edit one that was released: add another. Names sort as they run. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-accounts': { up: accounts },
  '0002-sessions': { up: sessions },
  '0003-records': { up: records },
  '0004-devices': { up: devices },
  '0005-posture': { up: posture },
}

/**
 * Brings a database to the newest schema, in one transaction.
 *
 * @throws CastellanError `store.migration`: the file is from a newer Castellan, damaged, or could not be written.
 */
export async function migrate(db: Kysely<unknown>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  throw new CastellanError('store.migration', 'The database could not be brought to the schema of this version.', {
    hint: 'Start the version of Castellan that wrote it last, or restore a backup.',
    cause: error,
  })
}

/** SQLite can roll back changes of its schema; Kysely's adapter says that it can't, for the sake of old versions. */
export function withTransactionalDdl(dialect: Dialect): Dialect {
  return {
    createAdapter: (): DialectAdapter => new TransactionalAdapter(),
    createDriver: () => dialect.createDriver(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
