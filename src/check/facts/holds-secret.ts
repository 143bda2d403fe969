import { isSecretName, secretFileKind } from './secret-name.ts'
import { judgeSecret } from './weakness.ts'

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----/
const LINE = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*[=:][ \t]*(.*)$/
/** An address with a password of its own. */
const URL_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@$]+)@/i
const MOST_LINES = 2_000

/**
 * Does a file that is named like one of secrets really hold one? Placeholders, references and empty values are none, and
 * neither is a certificate without its key.
 *
 * @param path with `/`; its name says how the bytes are to be read
 */
export function holdsSecret(path: string, bytes: Buffer): boolean {
  const kind = secretFileKind(path)
  const text = bytes.toString('utf8')
  if (PRIVATE_KEY.test(text)) return true
  if (kind === 'key') return holdsKey(path, bytes, text)
  // One value and nothing else: what has many lines is a text about secrets.
  if (kind === 'secret') return !text.trim().includes('\n') && isRealSecret(text.trim())
  return text.split(/\r?\n/, MOST_LINES).some((line) => lineHoldsSecret(line))
}

function holdsKey(path: string, bytes: Buffer, text: string): boolean {
  if (/\.pem$/.test(path)) return false
  if (/\.npmrc$/.test(path)) return /_(authToken|auth|password)\s*=\s*[^$\s]/i.test(text)
  return bytes.length > 0 && !text.startsWith('-----BEGIN CERTIFICATE') && !text.startsWith('-----BEGIN PUBLIC')
}

function lineHoldsSecret(line: string): boolean {
  const [, name, rest] = LINE.exec(line) ?? []
  if (name === undefined || rest === undefined) return false
  const value = rest
    .replace(/(?<!\s)\s+#.*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
  const password = URL_PASSWORD.exec(value)?.[1]
  return password !== undefined ? isRealSecret(password) : isSecretName(name) && isRealSecret(value)
}

/** `${NAME}`, `$(…)`, `{{ … }}`, `ENC[…]` and the like are filled in or decrypted later. */
export function isReference(value: string): boolean {
  return /^\$[({A-Za-z_]|^\{\{|^ENC\[|^vault:|^ref\+|^op:\/\/|^%\w+%$/.test(value)
}

function isRealSecret(value: string): boolean {
  if (value === '' || isReference(value) || /^(0|1|true|false|yes|no|on|off)$/i.test(value)) return false
  return judgeSecret(value)?.kind !== 'default'
}
