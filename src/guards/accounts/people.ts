import { createHash, randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import { CastellanError } from '../../kernel/errors.ts'
import { quoted } from '../../kernel/quoted.ts'
import type { Store } from '../../store/database.ts'
import type { Schema } from '../../store/schema.ts'
import { hashSecret } from '../../store/secret.ts'
import { DEVICE_LIFE } from './devices.ts'
import { emailKey } from './email.ts'

/** The role that may do everything. */
export const ADMIN = 'admin'

const ROLES_MAX = 32
const FAMILIAR_MAX = 20

export interface NewPerson {
  /** From parseEmail. */
  readonly email: string
  readonly password: string | null
  readonly roles: readonly string[]
  readonly now: number
}

/** Throws CastellanError `accounts.role` for a name that no rule could ask for. */
export function checkRoles(roles: readonly string[]): string[] {
  const bad = roles.find((role) => !/^[a-z][a-z0-9-]{0,63}$/.test(role))
  if (bad === undefined && roles.length <= ROLES_MAX) return [...new Set(roles)]
  const what = bad === undefined ? `${roles.length} roles are too many` : `${quoted(bad)} is not the name of a role`
  throw new CastellanError('accounts.role', `${what}.`, {
    hint: `Write lower-case letters, digits and "-", at most 64; at most ${ROLES_MAX} roles.`,
  })
}

/** Adds the row. Throws CastellanError `accounts.exists`. */
export async function insertPerson(tx: Transaction<Schema>, { email, password, roles, now }: NewPerson) {
  const row = {
    id: randomUUID(),
    email,
    email_key: emailKey(email),
    password,
    roles: JSON.stringify(roles),
    created: now,
  }
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('users')
    .values(row)
    .onConflict((conflict) => conflict.column('email_key').doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 1n) return row
  throw new CastellanError('accounts.exists', `There is an account of ${quoted(email)} already.`, {
    hint: 'Sign in with it, or write another address.',
  })
}

/** Whether somebody who can sign in is an administrator. */
export async function hasAdministrator(db: Store['db'] | Transaction<Schema>): Promise<boolean> {
  // Names of roles can't contain quotes, so this finds the role and nothing else.
  const row = await db
    .selectFrom('users')
    .select('id')
    .where('roles', 'like', `%"${ADMIN}"%`)
    .where('password', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export interface SignInKeys {
  readonly accountKey: string
  readonly address: string
  /** The token that the browser sent; empty without one. */
  readonly device: string
  readonly now: number
}

/** The person with this key, and whether they signed in from this address and in this browser before: one query, found or not. */
export function findForSignIn(db: Store['db'], { accountKey, address, device, now }: SignInKeys) {
  return db
    .selectFrom('users')
    .leftJoin('familiar', (join) =>
      join.onRef('familiar.user', '=', 'users.id').on('familiar.address', '=', familiarKey(accountKey, address)),
    )
    .leftJoin('devices', (join) =>
      join
        .onRef('devices.user', '=', 'users.id')
        .on('devices.hash', '=', hashSecret(device))
        .on('devices.seen', '>', now - DEVICE_LIFE),
    )
    .selectAll('users')
    .select(['familiar.seen', 'devices.hash as device'])
    .where('email_key', '=', accountKey)
    .executeTakeFirst()
}

/** Keeps the newest addresses of a person. */
export async function rememberAddress(
  store: Store,
  person: { readonly id: string; readonly email_key: string },
  address: string,
  now: number,
): Promise<void> {
  const key = familiarKey(person.email_key, address)
  await store.db.transaction().execute(async (tx) => {
    await tx
      .insertInto('familiar')
      .values({ user: person.id, address: key, seen: now })
      .onConflict((conflict) => conflict.columns(['user', 'address']).doUpdateSet({ seen: now }))
      .execute()
    const newest = tx
      .selectFrom('familiar')
      .select('address')
      .where('user', '=', person.id)
      .orderBy('seen', 'desc')
      .limit(FAMILIAR_MAX)
    await tx.deleteFrom('familiar').where('user', '=', person.id).where('address', 'not in', newest).execute()
  })
}

function familiarKey(accountKey: string, address: string): string {
  return createHash('sha256').update(`${accountKey} ${address}`).digest('base64url')
}
