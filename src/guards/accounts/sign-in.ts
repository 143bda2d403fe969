import type { Actor, SignInResult } from '../../control/services.ts'
import { errorCode } from '../../kernel/errors.ts'
import { attribution } from '../../store/attribution.ts'
import type { UserRow } from '../../store/schema.ts'
import { toUser } from '../../store/users.ts'
import type { AccountsOptions } from './control.ts'
import { emailKey } from './email.ts'
import { normalizePassword } from './password.ts'
import { findForSignIn, rememberAddress } from './people.ts'
import type { Refusal, Refusals } from './refusals.ts'
import { type Attempt, addressKey } from './throttle.ts'

type Options = AccountsOptions & { readonly refusals: Refusals }

interface SignInOffer {
  readonly email: string
  readonly password: string
  /** What the browser sent as its device token. */
  readonly device?: string | undefined
}

/** The same steps whether or not the account exists: one query, the counters, one argon2id. */
export async function signIn(
  options: Options,
  { email, password, device = '' }: SignInOffer,
  by: Actor,
): Promise<SignInResult> {
  const { store, throttle, hasher, refusals } = options
  const [accountKey, address] = [emailKey(email), addressKey(by.address)]
  const row = await findForSignIn(store.db, { accountKey, address, device, now: options.clock() })
  const attempt: Attempt = {
    accountKey,
    addressKey: address,
    familiar: typeof row?.seen === 'number',
    device: row?.device ?? undefined,
  }
  const refuse = <R extends Refusal>(refused: R) => {
    refusals.add(refused, accountKey, address)
    return { refused }
  }

  const retryAfterMs = await throttle.admit(attempt)
  if (retryAfterMs !== undefined) return { ...refuse('throttled'), retryAfterMs }

  const normal = normalizePassword(password)
  // A text that can't be a password costs the same work.
  const hash = normal === undefined ? null : (row?.password ?? null)
  const verified = await hasher.verify(hash, normal ?? '').catch(async (error: unknown) => {
    await throttle.giveBack(attempt, false)
    if (errorCode(error) === 'accounts.busy') return undefined
    throw error
  })
  if (verified === undefined) return refuse('busy')
  if (!verified.ok || row === undefined || normal === undefined) return refuse('wrong')
  if (!(await isStill(options, row))) return refuse('wrong')

  if (verified.outdated) await rehash(options, row, normal, by)
  await throttle.giveBack(attempt, true)
  await rememberAddress(store, row, address, options.clock())
  return { user: toUser(row) }
}

/** Whether the password is still the one that was verified: it may have been changed meanwhile. */
async function isStill({ store }: Options, row: UserRow): Promise<boolean> {
  const now = await store.db.selectFrom('users').select('password').where('id', '=', row.id).executeTakeFirst()
  return now !== undefined && now.password === row.password
}

/** Replaces a hash of an older cost; the password is at hand only now. */
async function rehash({ outbox, hasher }: Options, row: UserRow, password: string, by: Actor): Promise<void> {
  const hash = await hasher.hash(password)
  await outbox.run(async (tx, audit) => {
    await tx
      .updateTable('users')
      .set({ password: hash })
      .where('id', '=', row.id)
      .where('password', '=', row.password)
      .execute()
    audit({ event: 'accounts.rehashed', target: row.id, ...attribution(by, row.id) })
  })
}
