import type { Actor, User } from '../../control/services.ts'
import { CastellanError } from '../../kernel/errors.ts'
import { attribution } from '../../store/attribution.ts'
import type { AccountsOptions } from './control.ts'
import { forgetDevices } from './devices.ts'
import { emailKey } from './email.ts'
import { hashNewPassword, normalizePassword } from './password.ts'
import { type Attempt, addressKey } from './throttle.ts'

interface PasswordChange {
  readonly user: User
  readonly current: string
  readonly next: string
  readonly by: Actor
}

/**
 * Sets a new password and ends every session of the person in one transaction, also the one that asked: its browser
 * gets a new one from whoever called this. Browsers that are known are known no more.
 *
 * @throws CastellanError `accounts.wrong`, `accounts.throttled`, `accounts.weak`, `accounts.busy`.
 */
export async function changePassword(options: AccountsOptions, { user, current, next, by }: PasswordChange) {
  const { store, outbox, hasher, settings, sessions } = options
  const row = await store.db.selectFrom('users').select('password').where('id', '=', user.id).executeTakeFirst()
  const old = row?.password ?? null
  await verifyCurrent(options, { user, old, current, by })
  if (normalizePassword(current) === normalizePassword(next)) {
    throw new CastellanError('accounts.weak', 'This is the password that you have now.', { hint: 'Write another one.' })
  }
  const hash = await hashNewPassword(next, { email: user.email, settings: settings(), hasher })
  await outbox.run(
    async (tx, audit) => {
      const { numUpdatedRows } = await tx
        .updateTable('users')
        .set({ password: hash })
        .where('id', '=', user.id)
        .where('password', '=', old)
        .executeTakeFirst()
      // Changed by somebody else since it was verified.
      if (numUpdatedRows === 0n) throw wrong()
      await forgetDevices(tx, user.id)
      audit({ event: 'accounts.password-changed', target: user.id, ...attribution(by) })
      return sessions.endIn(tx, audit, { which: { user: user.id }, by, why: 'password changed' })
    },
    { committed: sessions.announceEnd },
  )
}

/** Throttled like a sign-in: who stole a session must not find out the password with it. */
async function verifyCurrent(
  { hasher, throttle }: AccountsOptions,
  { user, old, current, by }: Omit<PasswordChange, 'next'> & { old: string | null },
): Promise<void> {
  const attempt: Attempt = {
    accountKey: emailKey(user.email),
    addressKey: addressKey(by.address),
    familiar: true,
    // Nobody without a session can use these tries up.
    device: 'change-password',
  }
  const wait = await throttle.admit(attempt)
  if (wait !== undefined) {
    throw new CastellanError('accounts.throttled', 'There were too many wrong passwords.', {
      hint: `Try again in ${Math.ceil(wait / 60_000)} minutes.`,
    })
  }
  const normal = normalizePassword(current)
  const hash = normal === undefined ? null : old
  const { ok } = await hasher.verify(hash, normal ?? '').catch(async (error: unknown) => {
    await throttle.giveBack(attempt, false)
    throw error
  })
  if (!ok) throw wrong()
  await throttle.giveBack(attempt, true)
}

function wrong(): CastellanError {
  return new CastellanError('accounts.wrong', 'The current password is not right.', { hint: 'Try again.' })
}
