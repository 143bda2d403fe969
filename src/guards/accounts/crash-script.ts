import { writeSync } from 'node:fs'
import { createHasher } from '../../helpers/password/hasher.ts'
import { OPERATOR, openTestInstallation } from '../../store/installation-for-tests.ts'
import { createAccounts } from './control.ts'
import { createThrottle } from './throttle.ts'

// For crash.test.ts alone: adds people, a few at once, until it is killed.

const at = await openTestInstallation(process.argv[2])
const accounts = createAccounts({
  ...at,
  clock: Date.now,
  settings: () => ({ 'password-length': 12, 'password-score': 3 }),
  hasher: createHasher(),
  throttle: createThrottle(at.store.throttle),
  sessions: { endIn: async () => [], announceEnd: () => undefined },
  failed: console.error,
})

async function addPeople(worker: number): Promise<never> {
  for (let i = 0; ; i++) {
    const { email } = await accounts.add(`p${process.pid}.${worker}.${i}@example.org`, undefined, [], OPERATOR)
    writeSync(1, `${email}\n`)
  }
}

await Promise.all([addPeople(1), addPeople(2), addPeople(3)])
