import { writeSync } from 'node:fs'
import { OPERATOR, openTestInstallation, SOMEBODY } from '../../store/installation-for-tests.ts'
import { createSessions } from './control.ts'

// For crash.test.ts alone: starts sessions and ends every other one, until it is killed.

const at = await openTestInstallation(process.argv[2])
const sessions = createSessions({
  ...at,
  clock: Date.now,
  settings: () => ({ idle: 3_600_000, absolute: 3_600_000 }),
  publish: () => undefined,
  failed: console.error,
})
const user = { id: 'ann', email: 'ann@example.org', roles: [], created: 0 }
await at.store.db
  .insertInto('users')
  .values({ ...user, email_key: user.email, password: null, roles: '[]' })
  .onConflict((conflict) => conflict.doNothing())
  .execute()

async function startAndEnd(): Promise<never> {
  for (let i = 0; ; i++) {
    const { token, session } = await sessions.startPortal(user, SOMEBODY)
    if (i % 2 === 1) writeSync(1, `started ${session.id} ${token}\n`)
    else {
      await sessions.end({ id: session.id }, OPERATOR, 'test')
      writeSync(1, `ended ${session.id} ${token}\n`)
    }
  }
}

await Promise.all([startAndEnd(), startAndEnd(), startAndEnd()])
