import type { Transaction } from 'kysely'
import type { SessionListing, SessionRecord, User } from '../../control/services.ts'
import type { Store } from '../../store/database.ts'
import type { Schema, SessionRow } from '../../store/schema.ts'
import { readRoles, toUser } from '../../store/users.ts'

/** How long sessions last, in ms: the key `sessions` of the policy. */
export interface SessionSettings {
  readonly idle: number
  readonly absolute: number
}

/** A session with its person, as it is read. */
export interface SessionWithUser extends SessionRow {
  email: string
  roles: string
  user_created: number
}

/** Sessions with their people, as the store has them: some may have expired. */
export function selectSessions(db: Store['db'] | Transaction<Schema>) {
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user')
    .selectAll('sessions')
    .select(['users.email', 'users.roles', 'users.created as user_created'])
}

/** When this session ends if it is not used again, ms since the epoch. */
export function endOf(row: Pick<SessionRow, 'last_seen' | 'expires'>, settings: SessionSettings): number {
  return Math.min(row.last_seen + settings.idle, row.expires)
}

/** What an edge is told. */
export function toRecord(row: SessionWithUser, settings: SessionSettings): SessionRecord {
  return {
    id: row.id,
    hash: row.hash,
    subject: row.user,
    email: row.email,
    roles: readRoles(row.roles),
    site: row.site,
    expires: endOf(row, settings),
  }
}

/** What lists show. */
export function toListing(row: SessionWithUser, settings: SessionSettings): SessionListing {
  const { hash: _, ...session } = toRecord(row, settings)
  return { ...session, created: row.created, lastSeen: row.last_seen, parent: row.parent }
}

export function userOf(row: SessionWithUser): User {
  return toUser({ id: row.user, email: row.email, roles: row.roles, created: row.user_created })
}
