/**
 * The header fields of one request, read once: what the policy looks at and what the upstream receives come from the
 * same pass, so that they cannot differ.
 */

/** Fields that the gate itself reads. Their position is the index in `RequestHeaders.known`. */
const KNOWN = [
  'host',
  'cookie',
  'origin',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'expect',
  'authorization',
  'accept',
  'content-type',
  'user-agent',
  'referer',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'x-forwarded-for',
  'access-control-request-method',
  'access-control-request-headers',
  'sec-websocket-key',
  'castellan-ticket',
] as const

export type KnownHeader = (typeof KNOWN)[number]

/** A second line of one of these makes two readers see two requests (RFC 9110 section 5.3). */
const SINGLE: ReadonlySet<string> = new Set([
  'host',
  'origin',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
  'authorization',
  'content-type',
  'user-agent',
  'referer',
  'sec-websocket-key',
  'castellan-ticket',
])

/** Hop-by-hop fields (RFC 9110 section 7.6.1) and those that the gate writes itself; they end here. */
const HOP: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'http2-settings',
  'cookie',
])

/** Header names that only the gate may set; a client's own are dropped in every spelling. */
export interface OwnedHeaders {
  readonly names: readonly string[]
  readonly prefixes: readonly string[]
}

interface HeaderClass {
  readonly name: string
  /** Index in `known`, or -1. */
  readonly known: number
  readonly single: boolean
  readonly forward: boolean
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const CACHED_NAMES = 4_096

/** What was read, or `malformed`: a few words that say why nobody should act on this request. */
export class RequestHeaders {
  /** Flat list for the upstream: name, value, name, value. Without `host`, `cookie` and everything that ends here. */
  forward: string[] = []
  malformed: string | undefined
  private readonly known: (string | undefined)[] = new Array(KNOWN.length)

  /** The value of a field that the gate reads; several lines are joined as RFC 9110 section 5.3 says. */
  get(name: KnownHeader): string | undefined {
    return this.known[POSITION[name]]
  }

  /** Records one line of a known field. */
  put(entry: HeaderClass, value: string): void {
    const before = this.known[entry.known]
    if (before === undefined) this.known[entry.known] = value
    else if (entry.single) this.malformed = `more than one ${entry.name} header`
    else this.known[entry.known] = before + (entry.name === 'cookie' ? '; ' : ', ') + value
  }
}

const POSITION = Object.fromEntries(KNOWN.map((name, index) => [name, index])) as Record<KnownHeader, number>

export type HeaderReader = (raw: readonly string[]) => RequestHeaders

/**
 * Builds the reader for a set of owned names. `raw` is flat as Node gives it (name, value, …), pseudo-headers of
 * HTTP/2 (`:path`) are passed over. Values are already free of CR, LF and NUL: llhttp and nghttp2 refuse them.
 */
export function createHeaderReader(owned: OwnedHeaders): HeaderReader {
  const classes = new Map<string, HeaderClass | null>()
  const ownedNames = new Set(owned.names)

  const classify = (raw: string): HeaderClass | null => {
    const entry = classifyName(raw, ownedNames, owned.prefixes)
    if (classes.size < CACHED_NAMES && raw.length <= 64) classes.set(raw, entry)
    return entry
  }

  return (raw) => {
    const headers = new RequestHeaders()
    const forward = headers.forward
    for (let index = 0; index < raw.length; index += 2) {
      const name = raw[index] as string
      let entry = classes.get(name)
      if (entry === undefined) entry = classify(name)
      if (entry === null) {
        if (name.charCodeAt(0) !== 58) headers.malformed = 'a header name that is not a token'
        continue
      }
      const value = raw[index + 1] as string
      if (entry.known >= 0) headers.put(entry, value)
      if (entry.forward) forward.push(entry.name, value)
    }
    dropNamedByConnection(headers)
    return headers
  }
}

/**
 * `X_Real_IP` reaches many applications as `X-Real-IP`, so an underscore spelling of a name that matters is dropped
 * (CVE-2025-64484, CVE-2026-30851).
 */
function classifyName(raw: string, owned: ReadonlySet<string>, prefixes: readonly string[]): HeaderClass | null {
  if (!TOKEN.test(raw)) return null
  const name = raw.toLowerCase()
  const twin = name.replaceAll('_', '-')
  const known = POSITION[name as KnownHeader] ?? -1
  const ours = owned.has(twin) || prefixes.some((prefix) => twin.startsWith(prefix))
  const disguised = twin !== name && (POSITION[twin as KnownHeader] !== undefined || HOP.has(twin))
  return { name, known, single: SINGLE.has(name), forward: !(ours || disguised || HOP.has(name)) }
}

/** Removes what `Connection` names (RFC 9110 section 7.6.1); ours are added later and cannot be named away. */
function dropNamedByConnection(headers: RequestHeaders): void {
  const connection = headers.get('connection')
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return
  const named = connection
    .toLowerCase()
    .split(',')
    .map((token) => token.trim())
  if (named.includes('content-length') || named.includes('content-type')) {
    headers.malformed = 'a Connection header that names a header of the message'
  }
  const kept: string[] = []
  for (let index = 0; index < headers.forward.length; index += 2) {
    const name = headers.forward[index] as string
    if (!named.includes(name)) kept.push(name, headers.forward[index + 1] as string)
  }
  headers.forward = kept
}
