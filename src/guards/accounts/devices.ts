import type { Transaction } from 'kysely'
import type { Store } from '../../store/database.ts'
import type { Schema } from '../../store/schema.ts'
import { hashSecret, newSecret } from '../../store/secret.ts'

// Device cookies: https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies

/** How long a browser is known after a sign-in, in ms: 400 days, the longest that browsers keep a cookie (RFC 6265bis). */
export const DEVICE_LIFE = 400 * 86_400_000
/** Browsers of one person. Only a sign-in adds one, so strangers can't push one out. */
const DEVICES_MAX = 20

/**
 * Makes this browser known to a person who has just shown who they are, and gives it a new token: whoever had copied
 * the old one, before or after, has nothing. Others who sign in with the same browser stay known.
 *
 * @param old The token that the browser sent, of any form.
 */
export async function trustDevice(
  { store, now }: { readonly store: Store; readonly now: number },
  user: string,
  old: string | undefined,
): Promise<string> {
  const token = newSecret()
  const hash = hashSecret(token)
  await store.db.transaction().execute(async (tx) => {
    if (old !== undefined) await tx.updateTable('devices').set({ hash }).where('hash', '=', hashSecret(old)).execute()
    await tx
      .insertInto('devices')
      .values({ user, hash, seen: now })
      .onConflict((conflict) => conflict.columns(['user', 'hash']).doUpdateSet({ seen: now }))
      .execute()
    const newest = tx
      .selectFrom('devices')
      .select('hash')
      .where('user', '=', user)
      .orderBy('seen', 'desc')
      .limit(DEVICES_MAX)
    await tx.deleteFrom('devices').where('user', '=', user).where('hash', 'not in', newest).execute()
  })
  return token
}

/** A thief of the old password may have signed in with a browser of theirs. */
export async function forgetDevices(tx: Transaction<Schema>, user: string): Promise<void> {
  await tx.deleteFrom('devices').where('user', '=', user).execute()
}
