import { isReference } from '../../facts/holds-secret.ts'
import { isSecretName } from '../../facts/secret-name.ts'
import { shellWords } from '../../readers/compose/words.ts'
import { lookUp } from '../../text/lookup.ts'

const OPTION =
  /^--?(requirepass|masterauth|password|passwd|pass|pw|secret|secret-key|token|auth-token|api-?key|master-key|access-token|encryption-key|passphrase)$/i
/** Programs whose `-p` has the password attached, and whose `-a` is followed by it. */
const ATTACHED = /(^|\/)(mysql|mysqladmin|mysqldump|mariadb|mariadb-admin|mariadb-dump|mysqlshow|mysqlpump)$/
const FOLLOWED: Readonly<Record<string, string>> = { 'redis-cli': '-a', 'valkey-cli': '-a', sshpass: '-p' }
const USER = /(^|\/)(curl|wget|http|https)$/
const MOST_WORDS = 500
/** Lines without any of these are the most, and need not be taken apart. */
const HINT = /pass|pw|secret|token|key|auth|:\/\/|(^|\s)-[apue]/i

/**
 * Where a command line has a password in it: the name of the option or variable, never the value. A reference that the
 * shell in the container or the script fills in is none here.
 *
 * @param texts words, or whole lines for a shell
 */
export function passwordOnLine(texts: readonly string[]): string | undefined {
  if (!texts.some((text) => HINT.test(text))) return undefined
  // A second time for what stands within the quotes of `sh -c "…"`.
  const words = texts.flatMap(parted).flatMap(parted).slice(0, MOST_WORDS)
  let program = ''
  for (const [index, word] of words.entries()) {
    if (index === 0 || /^(&&|\|\||[|;]|exec|then|do)$/.test(words[index - 1]!)) program = word
    else if (ATTACHED.test(word) || USER.test(word) || Object.hasOwn(FOLLOWED, baseName(word))) program = word
    const found = inWord(word, words[index + 1] ?? '', program)
    if (found !== undefined) return found
  }
  return undefined
}

function parted(text: string): readonly string[] {
  return /\s/.test(text) ? shellWords(text) : [text]
}

function inWord(word: string, next: string, program: string): string | undefined {
  const [name = '', value] = splitAtEquals(word)
  if (OPTION.test(name) && isPlain(value ?? next)) return name
  // An assignment by itself is no argument; handed to a container it is one.
  if (/^(-e|--env|--build-arg)$/.test(word)) return inAssignment(next)
  if (ATTACHED.test(program) && /^-p./.test(word) && isPlain(word.slice(2))) return '-p'
  if (lookUp(FOLLOWED, baseName(program)) === word && isPlain(next)) return word
  if (USER.test(program) && /^(-u|--user)$/.test(word) && isPlain(next.split(':')[1] ?? '')) return word
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^:@/\s]*:([^@/\s]+)@/i.exec(value ?? word)?.[1]
  return password !== undefined && isPlain(password) ? 'an address' : undefined
}

function inAssignment(word: string): string | undefined {
  const [name, value] = splitAtEquals(word)
  return value !== undefined && isSecretName(name) && isPlain(value) ? name : undefined
}

function splitAtEquals(word: string): [string, string?] {
  const index = word.indexOf('=')
  return index === -1 ? [word] : [word.slice(0, index), word.slice(index + 1)]
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Something that is not filled in later, and no other option. */
function isPlain(value: string): boolean {
  const bare = value.replace(/^["']|["']$/g, '')
  if (bare === '' || /^[-<|>&;/]/.test(bare) || isReference(bare) || /[$`]/.test(bare)) return false
  return !/^(\*+|x+|\.{2,}|none|true|false|0|1|yes|no|password|secret|token)$/i.test(bare)
}
