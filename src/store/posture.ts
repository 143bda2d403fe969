import type { Kysely } from 'kysely'
import type { Store } from './database.ts'
import type { AttestationRow, Schema } from './schema.ts'

type Database = Kysely<Schema>

/** Keeps what was seen last for a guide; `json` is what the caller reads again. */
export async function keepLook({ db }: Store, guide: string, at: number, json: string): Promise<void> {
  await db.replaceInto('looks').values({ guide, at, json }).execute()
}

/** What was seen last for a guide. */
export async function lastLook({ db }: Store, guide: string): Promise<string | undefined> {
  const row = await db.selectFrom('looks').select('json').where('guide', '=', guide).executeTakeFirst()
  return row?.json
}

/** The states in which claims were seen last, by claim. */
export async function claimStates(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('claims').select(['claim', 'state']).execute()
  return new Map(rows.map(({ claim, state }) => [claim, state]))
}

/** Keeps the new state of a claim. */
export async function keepClaimState(db: Database, claim: string, state: string, since: number): Promise<void> {
  await db.replaceInto('claims').values({ claim, state, since }).execute()
}

/** What people confirmed or set aside, as it lies in the database: whoever reads it verifies it. By claim. */
export async function attestationRows({ db }: Store): Promise<readonly AttestationRow[]> {
  return await db.selectFrom('attestations').selectAll().orderBy('claim').execute()
}

/** Replaces what there is of the claim. */
export async function keepAttestation(db: Database, row: AttestationRow): Promise<void> {
  await db.replaceInto('attestations').values(row).execute()
}

/** Whether there was one. */
export async function removeAttestation(db: Database, claim: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('attestations').where('claim', '=', claim).executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
