import type { Transaction } from 'kysely'
import { CastellanError } from '../../kernel/errors.ts'
import type { Store } from '../../store/database.ts'
import type { Outbox } from '../../store/outbox.ts'
import type { Schema } from '../../store/schema.ts'
import { hashSecret, newSecret } from '../../store/secret.ts'
import { hasAdministrator } from './people.ts'

const SETUP_LIFE = 3_600_000

/** Makes a setup secret, which voids the one before; null when there is an administrator. */
export function newSetupSecret(outbox: Outbox, now: number): Promise<string | null> {
  return outbox.run(async (tx, audit) => {
    await tx.deleteFrom('setup').execute()
    if (await hasAdministrator(tx)) return null
    const secret = newSecret()
    await tx
      .insertInto('setup')
      .values({ hash: hashSecret(secret), expires: now + SETUP_LIFE })
      .execute()
    audit({ event: 'accounts.setup-offered', actor: 'castellan' })
    return secret
  })
}

/** Whether it would work now. */
export async function isSetupSecret(db: Store['db'], secret: string, now: number): Promise<boolean> {
  const row = await db
    .selectFrom('setup')
    .select('hash')
    .where('hash', '=', hashSecret(secret))
    .where('expires', '>', now)
    .executeTakeFirst()
  return row !== undefined && !(await hasAdministrator(db))
}

/** Uses the secret up; of two at once the second one fails. Throws CastellanError `accounts.setup`. */
export async function useSetupSecret(tx: Transaction<Schema>, secret: string, now: number): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom('setup')
    .where('hash', '=', hashSecret(secret))
    .where('expires', '>', now)
    .executeTakeFirst()
  if (numDeletedRows === 0n || (await hasAdministrator(tx))) throw voidSetup()
}

export function voidSetup(): CastellanError {
  return new CastellanError('accounts.setup', 'This setup link does not work any more.', {
    hint: 'It works once and for an hour. Restart Castellan to get another one.',
  })
}
