import type { Policy } from '../config/policy.ts'
import type { Store } from './database.ts'

/** Keeps a policy, so that a decision can be replayed under it later. Keeping it twice changes nothing. */
export async function keepPolicy({ db }: Store, policy: Policy, now: number): Promise<void> {
  await db
    .insertInto('policies')
    .values({ version: policy.version, text: JSON.stringify(policy), since: now })
    .onConflict((conflict) => conflict.column('version').doNothing())
    .execute()
}

/** The policy of this version; undefined when it was never in force here. */
export async function findPolicy({ db }: Store, version: string): Promise<Policy | undefined> {
  const row = await db.selectFrom('policies').select('text').where('version', '=', version).executeTakeFirst()
  return row === undefined ? undefined : (JSON.parse(row.text) as Policy)
}
