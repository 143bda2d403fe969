import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Sessions } from '../../control/services.ts'
import { CastellanError } from '../../kernel/errors.ts'
import { attribution } from '../../store/attribution.ts'
import type { Store } from '../../store/database.ts'
import type { AuditEntry } from '../../store/outbox.ts'
import type { Schema } from '../../store/schema.ts'
import { hashSecret, newSecret } from '../../store/secret.ts'
import { endOf, type SessionSettings, type SessionWithUser, selectSessions } from './rows.ts'

/** A code must travel through one redirect, no longer. */
const CODE_LIFE = 60_000

type Grant = Parameters<Sessions['issueCode']>[0]
type Offer = Parameters<Sessions['redeemCode']>[0]

/** Writes a code for a live portal session. Throws CastellanError `sessions.ended` when it is not alive. */
export async function issueCode(store: Store, grant: Grant, now: number, settings: SessionSettings): Promise<string> {
  const code = newSecret()
  await store.db.transaction().execute(async (tx) => {
    if ((await livePortal(tx, grant.portal, now, settings)) === undefined) {
      throw new CastellanError('sessions.ended', 'This session has ended.', { hint: 'Sign in again.' })
    }
    await tx
      .insertInto('codes')
      .values({
        hash: hashSecret(code),
        portal: grant.portal,
        site: grant.site,
        state: grant.state,
        return_to: grant.returnTo,
        expires: now + CODE_LIFE,
      })
      .execute()
  })
  return code
}

/**
 * Uses the code up, whatever comes of it: a code that was offered for another site or state has leaked. Then starts the
 * session of the site as a child of the portal session, if that is alive.
 */
export async function redeemCode(
  tx: Transaction<Schema>,
  audit: (entry: AuditEntry) => void,
  offer: Offer,
  at: { readonly now: number; readonly settings: SessionSettings },
): Promise<{ token: string; row: SessionWithUser; returnTo: string } | undefined> {
  const code = await tx.deleteFrom('codes').where('hash', '=', hashSecret(offer.code)).returningAll().executeTakeFirst()
  if (code === undefined || code.expires <= at.now) return undefined
  // Both must match: CVE-2026-28513 was an "and" in the place of an "or".
  if (code.site !== offer.site || code.state !== offer.state) return undefined
  const portal = await livePortal(tx, code.portal, at.now, at.settings)
  if (portal === undefined) return undefined
  const token = newSecret()
  const session = {
    id: randomUUID(),
    hash: hashSecret(token),
    parent: portal.id,
    user: portal.user,
    site: code.site,
    created: at.now,
    last_seen: at.now,
    expires: portal.expires,
  }
  await tx.insertInto('sessions').values(session).execute()
  audit({
    event: 'sessions.started',
    target: session.id,
    site: session.site,
    ...attribution({ id: portal.user, address: offer.address, agent: '' }),
  })
  return { token, row: { ...portal, ...session }, returnTo: code.return_to }
}

async function livePortal(tx: Transaction<Schema>, id: string, now: number, settings: SessionSettings) {
  const row = await selectSessions(tx).where('sessions.id', '=', id).where('sessions.site', '=', '').executeTakeFirst()
  return row !== undefined && endOf(row, settings) > now ? row : undefined
}
