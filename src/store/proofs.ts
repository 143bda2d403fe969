import type { Proof } from '../kernel/proof.ts'
import type { Store } from './database.ts'

/** Runs that are kept; older ones are in the audit log by their summary. */
const KEPT = 1_000

/** Keeps the results of one run. */
export async function keepProofs({ db }: Store, run: string, at: number, proofs: readonly Proof[]): Promise<void> {
  await db
    .insertInto('proofs')
    .values({ run, at, json: JSON.stringify(proofs) })
    .execute()
  const old = db.selectFrom('proofs').select('run').orderBy('at', 'desc').offset(KEPT).limit(1_000_000)
  await db.deleteFrom('proofs').where('run', 'in', old).execute()
}
