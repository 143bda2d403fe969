import { z } from 'zod'
import { CastellanError } from '../../kernel/errors.ts'
import { quoted } from '../../kernel/quoted.ts'

/** RFC 5321 section 4.5.3.1: 64 octets before the @, and 254 in all that fit into a path. */
const EMAIL_MAX = 254
const LOCAL_MAX = 64

/** What `<input type=email>` accepts (WHATWG HTML, valid e-mail address). ASCII alone: see emailKey. */
const address = z
  .string()
  .max(EMAIL_MAX)
  .regex(z.regexes.html5Email)
  .refine((text) => text.indexOf('@') <= LOCAL_MAX)

/** The address as it is written, without surrounding spaces. Throws CastellanError `accounts.email`. */
export function parseEmail(text: string): string {
  const parsed = address.safeParse(text.trim())
  if (parsed.success) return parsed.data
  throw new CastellanError('accounts.email', `${quoted(text)} is not an e-mail address.`, {
    hint: 'Write it as name@example.org, at most 254 characters, letters without accents.',
  })
}

/**
 * What makes an account unique. Addresses are ASCII, where lower case is unambiguous: with Unicode two addresses could
 * become one account (CVE-2019-19844). Also takes what is not an address, from strangers who sign in; bounded.
 */
export function emailKey(text: string): string {
  return text
    .trim()
    .slice(0, EMAIL_MAX + 1)
    .toLowerCase()
}
