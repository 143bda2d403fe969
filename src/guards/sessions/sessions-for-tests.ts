import assert from 'node:assert/strict'
import type { User } from '../../control/services.ts'
import { openTestInstallation, SOMEBODY, type TestInstallation } from '../../store/installation-for-tests.ts'
import { createSessions, type SessionService } from './control.ts'

// For tests alone: sessions over a real store.

export const HOUR = 3_600_000
export const SITE = 'app.example.org'

export interface Scene extends TestInstallation {
  readonly sessions: SessionService
  readonly ann: User
  readonly bob: User
}

export async function openScene(): Promise<Scene> {
  const at = await openTestInstallation()
  const sessions = createSessions({
    ...at,
    clock: () => at.now,
    settings: () => ({ idle: 12 * HOUR, absolute: 168 * HOUR }),
    publish: (change) => at.published.push(change),
    failed: (error) => at.failures.push(error),
  })
  return Object.assign(at, { sessions, ann: await addUser(at, 'ann'), bob: await addUser(at, 'bob') })
}

async function addUser({ store }: TestInstallation, id: string): Promise<User> {
  const email = `${id}@example.org`
  const row = { id, email, email_key: email, password: null, roles: '["member"]', created: 0 }
  await store.db.insertInto('users').values(row).execute()
  return { id, email, roles: ['member'], created: 0 }
}

export async function enter({ sessions }: Scene, portal: string, site = SITE) {
  const code = await sessions.issueCode({ portal, site, state: 'state', returnTo: '/in?x=1' })
  const entered = await sessions.redeemCode({ code, site, state: 'state', address: '192.0.2.1' })
  assert.ok(entered)
  return entered
}

export async function signedIn(at: Scene, user = at.ann) {
  const portal = await at.sessions.startPortal(user, SOMEBODY)
  return { portal, site: await enter(at, portal.session.id) }
}

export const ids = (list: readonly { id: string }[]) => list.map((entry) => entry.id).sort()
