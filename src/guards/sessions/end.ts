import type { Expression, ExpressionBuilder, SqlBool, Transaction } from 'kysely'
import type { Actor, SessionChange } from '../../control/services.ts'
import { attribution } from '../../store/attribution.ts'
import type { AuditEntry } from '../../store/outbox.ts'
import type { Schema } from '../../store/schema.ts'
import type { SessionSettings } from './rows.ts'

export type Which = { readonly id: string } | { readonly user: string } | 'all'

/** Ends sessions as part of another change, such as a new password. */
export interface SessionEnder {
  /** Deletes in `tx` and audits; resolves with the ids that end when `tx` is committed. */
  endIn(tx: Transaction<Schema>, audit: (entry: AuditEntry) => void, end: EndRequest): Promise<string[]>
  /** Tells edges at once; called after the commit. */
  announceEnd(ids: readonly string[]): void
}

export interface EndRequest {
  readonly which: Which
  readonly by: Actor
  readonly why: string
}

export function createSessionEnder(publish: (change: SessionChange) => void): SessionEnder {
  return {
    async endIn(tx, audit, { which, by, why }) {
      const ended = await deleteSessions(tx, (eb) => matches(eb, which))
      if (ended.length > 0) {
        audit({
          event: 'sessions.ended',
          target: which === 'all' ? 'all' : 'id' in which ? which.id : which.user,
          data: { why: why.slice(0, 200), count: ended.length },
          ...attribution(by),
        })
      }
      return ended
    },
    announceEnd(ids) {
      if (ids.length > 0) publish({ end: ids })
    },
  }
}

type Condition = ExpressionBuilder<Schema, 'sessions'>

function matches(eb: Condition, which: Which) {
  if (which === 'all') return eb.lit(true)
  if ('user' in which) return eb('user', '=', which.user)
  return eb.or([eb('id', '=', which.id), eb('parent', '=', which.id)])
}

function isExpired(eb: Condition, now: number, idle: number) {
  return eb.or([eb('expires', '<=', now), eb('last_seen', '<=', now - idle)])
}

/** Deletes sessions that expired, their children, and codes that nobody used; the ids of the sessions. */
export async function deleteExpired(
  tx: Transaction<Schema>,
  now: number,
  { idle }: SessionSettings,
): Promise<string[]> {
  await tx.deleteFrom('codes').where('expires', '<=', now).execute()
  return deleteSessions(tx, (eb) => {
    const expired = tx
      .selectFrom('sessions')
      .select('id')
      .where((inner) => isExpired(inner, now, idle))
    return eb.or([eb('id', 'in', expired), eb('parent', 'in', expired)])
  })
}

/** Not DELETE ... RETURNING: that leaves out the children which the foreign key deletes first. */
async function deleteSessions(
  tx: Transaction<Schema>,
  condition: (eb: Condition) => Expression<SqlBool>,
): Promise<string[]> {
  const rows = await tx.selectFrom('sessions').select('id').where(condition).execute()
  await tx.deleteFrom('sessions').where(condition).execute()
  return rows.map((row) => row.id)
}
