import type { Accounts } from '../../control/services.ts'
import { createHasher, type Hasher } from '../../helpers/password/hasher.ts'
import { openTestInstallation, type TestInstallation } from '../../store/installation-for-tests.ts'
import { createAccounts } from './control.ts'
import type { AccountSettings } from './password.ts'
import { createThrottle, THROTTLE_LIMITS, type ThrottleLimits } from './throttle.ts'

// For tests alone: accounts over a real store and a real hasher.

export interface AccountScene extends TestInstallation {
  readonly accounts: Accounts
  readonly hasher: Hasher
  /** Ids of people whose sessions were ended, in the order of the calls; `told` after the commit. */
  readonly ended: { readonly user: string; told: boolean }[]
  settings: AccountSettings
}

export const GOOD = 'gravel-otter-sextant-plum'
export const BETTER = 'lantern.mosaic.thirteen.ferry'

export async function openAccounts(limits: ThrottleLimits = THROTTLE_LIMITS): Promise<AccountScene> {
  const at = await openTestInstallation()
  const hasher = createHasher()
  const throttle = createThrottle(at.store.throttle, limits)
  const ended: { user: string; told: boolean }[] = []
  const scene = Object.assign(at, {
    hasher,
    ended,
    settings: { 'password-length': 12, 'password-score': 3 } as AccountSettings,
  })
  const accounts = createAccounts({
    ...at,
    hasher,
    throttle,
    clock: () => at.now,
    settings: () => scene.settings,
    failed: (error) => at.failures.push(error),
    sessions: {
      async endIn(_tx, _audit, { which }) {
        ended.push({ user: which.user, told: false })
        return [which.user]
      },
      announceEnd: (ids) => {
        for (const entry of ended) if (ids.includes(entry.user)) entry.told = true
      },
    },
  })
  const dispose = at[Symbol.asyncDispose]
  return Object.assign(scene, {
    accounts,
    async [Symbol.asyncDispose]() {
      await accounts.close()
      throttle.close()
      await hasher.close()
      await dispose()
    },
  })
}
