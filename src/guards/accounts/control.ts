import type { Accounts, Actor, User } from '../../control/services.ts'
import type { Hasher } from '../../helpers/password/hasher.ts'
import type { Clock } from '../../kernel/clock.ts'
import { attribution } from '../../store/attribution.ts'
import type { Store } from '../../store/database.ts'
import type { Change, Outbox } from '../../store/outbox.ts'
import { toUser } from '../../store/users.ts'
import { changePassword } from './change-password.ts'
import { trustDevice } from './devices.ts'
import { emailKey, parseEmail } from './email.ts'
import { type AccountSettings, hashNewPassword } from './password.ts'
import { ADMIN, checkRoles, insertPerson } from './people.ts'
import { createRefusals } from './refusals.ts'
import { isSetupSecret, newSetupSecret, useSetupSecret, voidSetup } from './setup.ts'
import { signIn } from './sign-in.ts'
import type { SignInThrottle } from './throttle.ts'

type Tx = Parameters<Change<unknown>>[0]
type Audit = Parameters<Change<unknown>>[1]

/** Ends a person's sessions in the transaction of another change; sessions offer it. */
export interface EndSessions {
  endIn(tx: Tx, audit: Audit, end: { which: { user: string }; by: Actor; why: string }): Promise<string[]>
  announceEnd(ids: readonly string[]): void
}

export interface AccountsOptions {
  readonly store: Store
  readonly outbox: Outbox
  readonly clock: Clock
  /** Asked at every use, so that a reload of the configuration counts at once. */
  readonly settings: () => AccountSettings
  readonly hasher: Hasher
  readonly throttle: SignInThrottle
  readonly sessions: EndSessions
  /** Told of failures in the background. */
  readonly failed: (error: unknown) => void
}

/** Local accounts in the store. Whoever made hasher, throttle and store closes them, after this. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { store, outbox, clock, settings, hasher } = options
  const refusals = createRefusals(outbox, options.failed)
  const people = () => store.db.selectFrom('users').select(['id', 'email', 'roles', 'created'])
  const hashNew = (password: string, email: string) =>
    hashNewPassword(password, { email, settings: settings(), hasher })

  return {
    async add(text, password, wanted, by) {
      const email = parseEmail(text)
      const roles = checkRoles(wanted)
      const hash = password === undefined ? null : await hashNew(password, email)
      return outbox.run(async (tx, audit) => {
        const row = await insertPerson(tx, { email, password: hash, roles, now: clock() })
        audit(added(row, by))
        return toUser(row)
      })
    },

    async list() {
      return (await people().orderBy('email_key').execute()).map(toUser)
    },

    async byEmail(email) {
      const row = await people().where('email_key', '=', emailKey(email)).executeTakeFirst()
      return row && toUser(row)
    },

    signIn: (email, password, by, device) => signIn({ ...options, refusals }, { email, password, device }, by),
    trustDevice: (user, device) => trustDevice({ store, now: clock() }, user.id, device),
    changePassword: (user, current, next, by) => changePassword(options, { user, current, next, by }),
    newSetupSecret: () => newSetupSecret(outbox, clock()),
    isSetupSecret: (secret) => isSetupSecret(store.db, secret, clock()),

    async setUp(secret, text, password, by) {
      // Before argon2id: strangers must not make it work.
      if (!(await isSetupSecret(store.db, secret, clock()))) throw voidSetup()
      const email = parseEmail(text)
      const hash = await hashNew(password, email)
      return outbox.run(async (tx, audit) => {
        await useSetupSecret(tx, secret, clock())
        const row = await insertPerson(tx, { email, password: hash, roles: [ADMIN], now: clock() })
        audit({ ...added(row, by), event: 'accounts.set-up' })
        return toUser(row)
      })
    },

    close: () => refusals.close(),
  }
}

/** The e-mail address is the new person's, so it is encrypted with their key, and the actor's address is left out. */
function added(row: User | { id: string; email: string }, by: Actor) {
  const { personal } = attribution(by, row.id)
  const own = by.id === 'stranger' ? personal : {}
  return {
    event: 'accounts.added',
    actor: by.id,
    target: row.id,
    subject: row.id,
    personal: { ...own, email: row.email },
  }
}
