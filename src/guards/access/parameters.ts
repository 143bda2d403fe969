import type { GateRequest } from '../../kernel/request.ts'

/** A value that can't be seen could be any. */
export const UNREADABLE = Symbol('a body that the gate can not read')

export type Values = ReadonlyMap<string, readonly (string | typeof UNREADABLE)[]>

const PEEK = 1_048_576

/**
 * Every value of the keys that an application could take from a request: from the query and from a form or JSON body,
 * as `key`, `key[]` and `key[0]`. Several values are several readings; the rules must agree on all of them.
 */
export async function readParameters(request: GateRequest, keys: readonly string[]): Promise<Values> {
  const found = new Map<string, (string | typeof UNREADABLE)[]>(keys.map((key) => [key, []]))
  collectPairs(new URLSearchParams(request.query), found)
  if (request.peekBody !== undefined) collectBody(request, await request.peekBody(PEEK), found)
  return found
}

type Found = Map<string, (string | typeof UNREADABLE)[]>

function collectBody(request: GateRequest, body: Buffer | undefined, found: Found): void {
  const type = (request.headers.get('content-type') ?? '').toLowerCase()
  const readable = body !== undefined && collectReadable(type, body.toString('utf8'), found)
  if (!readable) for (const values of found.values()) values.push(UNREADABLE)
}

function collectReadable(type: string, text: string, found: Found): boolean {
  if (text.trim() === '') return true
  if (/^application\/x-www-form-urlencoded\s*(;|$)/.test(type)) {
    collectPairs(new URLSearchParams(text), found)
    return true
  }
  if (/^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/.test(type)) return collectJson(text, found)
  return false
}

function collectPairs(pairs: URLSearchParams, found: Found): void {
  for (const [name, value] of pairs) found.get(name.replace(/\[\d{0,4}\]$/, ''))?.push(value)
}

/** Two spellings of one key in one JSON text can't be told apart after parsing, so such a text is unreadable. */
function collectJson(text: string, found: Found): boolean {
  const keys = new Set<string>()
  let twice = false
  let root: unknown
  try {
    root = JSON.parse(text)
  } catch {
    return false
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root)) return true
  for (const [name, value] of Object.entries(root)) {
    const key = name.replace(/\[\d{0,4}\]$/, '')
    const values = found.get(key)
    if (values === undefined) continue
    if (keys.has(key) || mentions(text, key) > 1) twice = true
    keys.add(key)
    for (const item of Array.isArray(value) ? value : [value]) {
      values.push(typeof item === 'object' ? UNREADABLE : String(item))
    }
  }
  return !twice
}

/** How often a key stands in a JSON text, escapes or not; more than once is a reason not to trust one reading. */
function mentions(text: string, key: string): number {
  return text.split(JSON.stringify(key)).length - 1 + (text.includes('\\u') ? 1 : 0)
}
