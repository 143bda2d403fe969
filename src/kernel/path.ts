/** Why a path is refused. Stable ids: used by the answer page, the log and the tests. */
export type PathRefusal =
  | 'not-origin-form' // does not begin with '/': absolute-form, authority-form, asterisk-form, empty
  | 'forbidden-character' // control byte, space, non-ASCII, '#', '?' or '\' as it stands
  | 'percent-encoding' // '%' without two hexadecimal digits
  | 'utf-8' // decodes to bytes that are not UTF-8, overlong forms among them
  | 'control-character' // decodes to a control character, NUL among them
  | 'dot-segment' // '.' or '..' in some reading
  | 'empty-segment' // '//' as it stands, at the beginning of a reading, or where more than encoded slashes make it
  | 'too-many-readings' // more ways to read it than any honest client needs

/** A path that is fit to be decided on, with all its readings; or the reason for the answer 400. */
export type CanonicalPath =
  | { readonly path: string; readonly readings: readonly string[] }
  | { readonly ambiguous: PathRefusal }

/** npm's scoped packages have two readings. The bound keeps the work for a hostile path in proportion. */
const MAX_READINGS = 16

/** Whole segments of ordinary characters, none of them '.' or '..': one reading, the path itself. */
const ORDINARY = /^\/(?:(?!\.{1,2}(?:\/|$))[^\0- \x7f-\uffff#?%;\\/]+(?:\/|$))*$/
const FORBIDDEN = /[\0- \x7f-\uffff#?\\]/
const MALFORMED = /%(?![0-9a-fA-F]{2})/
const CONTROL = /[\0-\x1f\x7f-\x9f]/
const OVERLONG = /%c[01]|%e0%[89]|%f0%8/i
const DOT_SEGMENT = /\/\.{1,2}(?:\/|$)/
const ENCODED_SLASH = /%2f/i
const NON_ASCII = /[^\0-\x7f]/
/** Encodings of characters that need none (RFC 3986 section 2.3): letters, digits, '-', '.', '_', '~'. */
const NEEDLESS = /%(2[de]|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])/gi

/** Stands for an encoded slash that stays in its segment. A lone surrogate: no UTF-8 decodes to it. */
const KEPT_SLASH = '\ud800'

/**
 * Splits a request-target in origin-form (RFC 9112 section 3.2.1) at its first '?', before anything is decoded
 * (CVE-2024-1019). `query` is undefined if there is no '?'.
 */
export function splitTarget(target: string): { readonly path: string; readonly query: string | undefined } {
  const mark = target.indexOf('?')
  if (mark === -1) return { path: target, query: undefined }
  return { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

/**
 * Judges the raw path of a request-target (without the query). It is accepted as it stands, byte for byte, or refused:
 * nothing is repaired, so what was judged is what the application gets (CVE-2021-29492, CVE-2026-26205). Never throws.
 */
export function canonicalPath(raw: string): CanonicalPath {
  if (ORDINARY.test(raw)) return { path: raw, readings: [raw] }
  if (raw.charCodeAt(0) !== 0x2f) return { ambiguous: 'not-origin-form' }
  if (FORBIDDEN.test(raw)) return { ambiguous: 'forbidden-character' }
  if (MALFORMED.test(raw)) return { ambiguous: 'percent-encoding' }
  const found = readAll(raw)
  return typeof found === 'string' ? { ambiguous: found } : { path: raw, readings: found }
}

/**
 * The distinct ways in which an application could read a path that `canonicalPath` accepted; the first is the usual
 * one, decoded once by segments. An access decision must be taken for each, and refused if they differ. An encoded
 * slash that a reading keeps in its segment is written `%2f`. An ordinary path has one reading, itself.
 * Throws a RangeError for a path that `canonicalPath` refuses: an empty list would read as "nothing to object".
 */
export function readings(path: string): readonly string[] {
  const canonical = canonicalPath(path)
  if ('ambiguous' in canonical) throw new RangeError(`a refused path has no readings: ${canonical.ambiguous}`)
  return canonical.readings
}

/**
 * The form in which paths are compared without regard to case: NFC, then the simple lower case of Unicode, so that
 * `/ADMIN` is `/admin` as in Express, and the two spellings of an accented letter are one. Without locale, and no full
 * case folding: 'ß' and 'ss' stay two. Idempotent.
 */
export function foldPath(reading: string): string {
  const lower = reading.toLowerCase()
  return NON_ASCII.test(lower) ? reading.normalize('NFC').toLowerCase().normalize('NFC') : lower
}

/** What applications do to a path after it was decoded once; each of them may or may not. The order is that of servers. */
const HABITS: readonly ((text: string) => string)[] = [
  decodeAgain,
  (text) => text.replace(/[?#].*/s, ''), // '%3F' and '%23' cut (CVE-2026-32811)
  stripParameters,
  (text) => text.replaceAll('\\', '/'),
]

/** The same for encoded slashes, which may end up beside another one: a whole URL as a part of a path is legal. */
const SLASH_HABITS: readonly ((text: string) => string)[] = [
  (text) => text.replaceAll(KEPT_SLASH, '/'),
  stripParameters, // again: a slash that has just appeared ends a parameter
  (text) => text.replace(/\/{2,}/g, '/'), // empty segments are dropped (nginx's merge_slashes, Go, Werkzeug)
]

function readAll(raw: string): readonly string[] | PathRefusal {
  // As sent; with ;parameters stripped before decoding; and by applications that compare without decoding letters.
  const seeds = [raw, stripParameters(raw), raw.replace(NEEDLESS, '%25$1')]
  const found: string[] = []
  for (const seed of seeds) {
    if (seed === raw && found.length > 0) continue
    const decoded = decodeOnce(seed)
    if (decoded === undefined || OVERLONG.test(decoded)) return 'utf-8'
    found.push(decoded)
  }
  if (!addReadings(found, HABITS)) return 'too-many-readings'
  const empty = found.some((reading) => reading.includes('//'))
  if (!addReadings(found, SLASH_HABITS)) return 'too-many-readings'
  for (const reading of found) {
    const refusal = refuse(reading)
    if (refusal !== undefined) return refusal
  }
  if (empty) return 'empty-segment'
  return distinct(found.map((reading) => reading.replaceAll(KEPT_SLASH, '%2f')))
}

/** Adds what each habit makes of each reading; false when that are too many. */
function addReadings(found: string[], habits: typeof HABITS): boolean {
  for (const habit of habits) {
    for (let i = found.length - 1; i >= 0; i--) {
      const changed = habit(found[i]!)
      if (!found.includes(changed)) found.push(changed)
    }
    if (found.length > MAX_READINGS) return false
  }
  return true
}

function distinct(list: string[]): readonly string[] {
  return list.length === 1 ? list : [...new Set(list)]
}

function refuse(reading: string): PathRefusal | undefined {
  if (CONTROL.test(reading)) return 'control-character'
  if (DOT_SEGMENT.test(reading)) return 'dot-segment'
  if (reading.startsWith('//')) return 'empty-segment' // some read an authority there
  return undefined
}

function decodeOnce(text: string): string | undefined {
  try {
    return keepSlashes(text, decodeURIComponent)
  } catch {
    return undefined
  }
}

/** A second decoding is not the client's doing, so what it can't decode is no fault: `/100%25` stays `/100%`. */
function decodeAgain(text: string): string {
  if (!text.includes('%')) return text
  return keepSlashes(text, (kept) => kept.replace(/(?:%[0-9a-fA-F]{2})+/g, decodeRun))
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run)
  } catch {
    return run.replace(/%[0-7][0-9a-fA-F]/g, decodeURIComponent)
  }
}

function keepSlashes(text: string, decode: (kept: string) => string): string {
  if (!ENCODED_SLASH.test(text)) return decode(text)
  return text.split(ENCODED_SLASH).map(decode).join(KEPT_SLASH)
}

/** Tomcat, Jetty and others cut `;name=value` from each segment: `/..;/admin` is `/../admin` to them. */
function stripParameters(text: string): string {
  return text.includes(';') ? text.replace(/;[^/]*/g, '') : text
}
