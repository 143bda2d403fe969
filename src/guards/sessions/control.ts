import { randomUUID } from 'node:crypto'
import type { Actor, SessionChange, Sessions } from '../../control/services.ts'
import type { Clock } from '../../kernel/clock.ts'
import { attribution } from '../../store/attribution.ts'
import type { Store } from '../../store/database.ts'
import type { Outbox } from '../../store/outbox.ts'
import { hashSecret, newSecret } from '../../store/secret.ts'
import { issueCode, redeemCode } from './codes.ts'
import { createSessionEnder, deleteExpired, type SessionEnder } from './end.ts'
import { endOf, type SessionSettings, selectSessions, toListing, toRecord, userOf } from './rows.ts'
import { createTouches } from './touches.ts'

export interface SessionsOptions {
  readonly store: Store
  readonly outbox: Outbox
  readonly clock: Clock
  /** Asked at every use, so that a reload of the configuration counts at once. */
  readonly settings: () => SessionSettings
  /** Tells all edges; called after the commit and before the change is acknowledged. Must not throw. */
  readonly publish: (change: SessionChange) => void
  /** Told of failures in the background: uses that could not be written, a sweep that failed. */
  readonly failed: (error: unknown) => void
}

const SWEEP_EVERY = 60_000

/** What control does with sessions besides what others may ask of it. */
export interface SessionService extends Sessions, SessionEnder {
  /** Ends what has expired, as a timer does every minute; resolves with the ids. */
  sweep(): Promise<string[]>
}

/** Sessions of the portal (`site` is empty) and of sites, in the store. Edges are never told of portal sessions. */
export function createSessions(options: SessionsOptions): SessionService {
  const { store, outbox, clock, settings, publish, failed } = options
  const ender = createSessionEnder(publish)
  const touches = createTouches(store, settings, { flushed: republish, failed })
  const timer = setInterval(() => void sweep().catch(failed), SWEEP_EVERY).unref()

  async function republish(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    // Within a transaction, so that no end can be committed and told before this: it would be undone.
    await store.db.transaction().execute(async (tx) => {
      const rows = await selectSessions(tx).where('sessions.id', 'in', ids).where('site', '!=', '').execute()
      for (const row of rows) publish({ put: toRecord(row, settings()) })
    })
  }

  async function flush(): Promise<void> {
    await republish(await touches.flush())
  }

  async function findPortal(token: string) {
    const find = () => selectSessions(store.db).where('hash', '=', hashSecret(token)).where('site', '=', '')
    const row = await find().executeTakeFirst()
    if (row === undefined || endOf(row, settings()) > clock()) return row
    // It looks expired: a use that is not written yet may say otherwise.
    await flush()
    const again = await find().executeTakeFirst()
    return again !== undefined && endOf(again, settings()) > clock() ? again : undefined
  }

  async function aliveNow(user?: string) {
    await flush()
    const now = clock()
    const all = selectSessions(store.db).orderBy('sessions.created')
    const rows = await (user === undefined ? all : all.where('sessions.user', '=', user)).execute()
    return rows.filter((row) => endOf(row, settings()) > now)
  }

  async function sweep(): Promise<string[]> {
    await flush()
    return outbox.run(
      async (tx, audit) => {
        const ended = await deleteExpired(tx, clock(), settings())
        if (ended.length > 0) audit({ event: 'sessions.expired', actor: 'castellan', data: { count: ended.length } })
        return ended
      },
      { committed: ender.announceEnd, urgent: true },
    )
  }

  return {
    ...ender,
    sweep,

    startPortal: (user, by) => startPortal(options, user.id, by),

    async portal(token) {
      const row = await findPortal(token)
      if (row === undefined) return undefined
      touches.add([row.id], clock())
      return { session: toListing(row, settings()), user: userOf(row) }
    },

    issueCode: (grant) => issueCode(store, grant, clock(), settings()),

    async redeemCode(offer) {
      const at = { now: clock(), settings: settings() }
      const redeemed = await outbox.run((tx, audit) => redeemCode(tx, audit, offer, at), {
        committed: (value) => value && publish({ put: toRecord(value.row, at.settings) }),
      })
      if (redeemed === undefined) return undefined
      const { token, row, returnTo } = redeemed
      return { token, record: toRecord(row, at.settings), returnTo }
    },

    async touch(ids, at) {
      touches.add(ids, Math.min(at, clock()))
    },

    async list({ user } = {}) {
      return (await aliveNow(user)).map((row) => toListing(row, settings()))
    },

    end: (which, by, why) =>
      outbox.run((tx, audit) => ender.endIn(tx, audit, { which, by, why }), {
        committed: ender.announceEnd,
        urgent: true,
      }),

    async snapshot() {
      return (await aliveNow()).filter((row) => row.site !== '').map((row) => toRecord(row, settings()))
    },

    async close() {
      clearInterval(timer)
      touches.close()
      await touches.flush()
    },
  }
}

/** A new token at every sign-in, so that a planted or old one is worth nothing (session fixation, CWE-384). */
async function startPortal({ store, outbox, clock, settings }: SessionsOptions, user: string, by: Actor) {
  const token = newSecret()
  const id = randomUUID()
  const now = clock()
  const expires = now + settings().absolute
  await outbox.run(async (tx, audit) => {
    const row = { id, hash: hashSecret(token), parent: id, user, site: '', created: now, last_seen: now, expires }
    await tx.insertInto('sessions').values(row).execute()
    audit({ event: 'sessions.started', target: id, ...attribution(by, user) })
  })
  const row = await selectSessions(store.db).where('sessions.id', '=', id).executeTakeFirstOrThrow()
  return { token, session: toListing(row, settings()) }
}
