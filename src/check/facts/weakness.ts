/**
 * Judges a secret's value without keeping it: only the kind of weakness and the length leave this file. It errs on the
 * side of silence, as a strong secret that is called weak costs trust; what a machine made at random is never weak here.
 */
import { isPattern, tooFewBits } from './pattern.ts'
import { isMadeOfWords } from './words.ts'

/** default: known to everybody, or a placeholder; weak: words, patterns, too little variety. */
export type WeaknessKind = 'empty' | 'default' | 'short' | 'weak'

export interface Weakness {
  readonly kind: WeaknessKind
  /** With the length; never a part of the value. */
  readonly phrase: string
}

/** Characters; shorter ones can be tried out offline. */
export const SHORTEST_SECRET = 16
/** Longer ones, such as keys of many lines, are no passwords. */
const LONGEST_PASSWORD = 256

const PLACEHOLDER =
  /^<.*>$|^\[.*\]$|^\{\{.*\}\}$|change[-_ ]?(me|this|it)|replace[-_ ]?(me|with|this)|override|your[-_ ]?\w*(password|secret|key|token)|example|placeholder|^todo|generate[-_ ]?(me|with|a)|^x{3,}$|^\*{3,}$|^\.{3,}$|^insert[-_ ]|^set[-_ ](me|this|a)/i
const COMMON: ReadonlySet<string> = new Set([
  ...['password', 'passwd', 'pass', 'secret', 'admin', 'root', 'test', 'testing', 'foo', 'bar', 'demo', 'default'],
  ...['changeme', 'postgres', 'pgpassword', 'mysql', 'redis', 'guest', 'user', 'letmein', 'qwerty', '12345', '123456'],
  ...['12345678', '123456789', '1234567890', 'minioadmin', 'your_password', 'toor', 'welcome', 'secretkey', 'none'],
  ...['null', 'undefined', 'postgres-su-password', 'yourcouchdbpassword', 'elastic', 'couchdb', 'admin123', 'abc123'],
])
const FLAG = /^(0|1|true|false|yes|no|on|off)$/i
/** Keys in PEM form and JSON have a form of their own, and are never chosen by a person. */
const STRUCTURED = /^-----BEGIN |^[{[]"|^[{[]\s*$/

/**
 * What is weak about a secret, the worst thing only; undefined when nothing is.
 *
 * @param hints words that everybody who knows the installation tries, such as names of the application and its users
 */
export function judgeSecret(value: string, hints: readonly string[] = []): Weakness | undefined {
  if (value === '') return { kind: 'empty', phrase: 'it is empty' }
  // A switch that is named like a secret, or a key in a form of its own.
  if (FLAG.test(value) || STRUCTURED.test(value)) return undefined
  const length = `${value.length} characters`
  if (COMMON.has(value.toLowerCase())) {
    return { kind: 'default', phrase: `a word that everybody tries first, ${length}` }
  }
  if (value.length > LONGEST_PASSWORD) return undefined
  if (PLACEHOLDER.test(value)) return { kind: 'default', phrase: `a placeholder, ${length}` }
  const weak = value.length >= 8 ? weakForm(value, hints) : undefined
  if (weak !== undefined) return { kind: 'weak', phrase: `${weak}, ${length}` }
  return value.length < SHORTEST_SECRET ? { kind: 'short', phrase: `only ${length}` } : undefined
}

/** The phrase of `judgeSecret`, or undefined. An empty one is no secret at all. */
export function weaknessOf(value: string): string | undefined {
  return judgeSecret(value)?.phrase
}

function weakForm(value: string, hints: readonly string[]): string | undefined {
  if (isPattern(value)) return 'it repeats itself or follows a row of keys'
  if (isMadeOfWords(value, hints)) return 'it is made of words that are guessed first'
  return value.length >= SHORTEST_SECRET && tooFewBits(value) ? 'too few kinds of characters' : undefined
}
