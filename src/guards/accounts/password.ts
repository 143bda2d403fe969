import type { Hasher } from '../../helpers/password/hasher.ts'
import { CastellanError } from '../../kernel/errors.ts'

/** The key `accounts` of the policy. */
export interface AccountSettings {
  /** Shortest password, in characters. */
  readonly 'password-length': number
  /** Lowest zxcvbn score, 0 to 4. */
  readonly 'password-score': number
}

/** NIST SP 800-63B asks for 64 at least; a bound keeps requests and memory small. */
const PASSWORD_MAX = 1024

/**
 * A password in the form that is hashed: NFKC, as two keyboards may write one character in two ways (NIST SP 800-63B
 * section 5.1.1.2). Undefined when it can't be a password: empty, too long, with a NUL (which bcrypt and C libraries
 * take for the end) or not Unicode (half of a surrogate pair becomes U+FFFD, so that many would be equal).
 */
export function normalizePassword(text: string): string | undefined {
  if (text.length === 0 || text.length > PASSWORD_MAX * 2 || text.includes('\0') || !text.isWellFormed())
    return undefined
  const normal = text.normalize('NFKC')
  return normal.length > PASSWORD_MAX ? undefined : normal
}

/**
 * The hash of a password that may be taken as a new one.
 *
 * @throws CastellanError `accounts.weak`: `message` says why, `hint` what helps.
 */
export async function hashNewPassword(
  text: string,
  { email, settings, hasher }: { email: string; settings: AccountSettings; hasher: Hasher },
): Promise<string> {
  const password = normalizePassword(text)
  if (password === undefined) {
    throw weak(`A password has 1 to ${PASSWORD_MAX} characters, and no NUL.`, 'Write another one.')
  }
  const shortest = settings['password-length']
  if ([...password].length < shortest) {
    throw weak(
      `A password has ${shortest} characters at least.`,
      'Several words that have nothing to do with each other are easy to keep in mind.',
    )
  }
  const { score, warning, advice } = await hasher.score(password, [email, ...email.split(/[@.]/), 'castellan'])
  if (score < settings['password-score']) {
    throw weak(warning || 'This password is easy to guess.', advice || 'Add a word or two that are less common.')
  }
  return hasher.hash(password)
}

function weak(message: string, hint: string): CastellanError {
  return new CastellanError('accounts.weak', message, { hint })
}
