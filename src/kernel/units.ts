import { z } from 'zod'
import { type Address, isLoopback, parseAddress, parseNetwork } from './address.ts'
import { quoted } from './quoted.ts'

// Zod schemas for the values of castellan.yaml. Each takes a bounded string, gives back its one normal form, and says
// in its error what was found and what is allowed.

/** How often something may happen: `count` times in `perMs` milliseconds. */
export interface Rate {
  readonly count: number
  readonly perMs: number
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** Longer is a slip: a hundred years. */
const MAX_DURATION = 36_525 * 86_400_000

/** A length of time, such as `30s`, `12h` or `90d`: in milliseconds. At most 36525d. */
export const duration = textual(
  16,
  'a whole number with ms, s, m, h, d or w, such as 30s, 12h or 90d, and 36525d at most',
  (text) => {
    const [, digits, unit] = /^(0|[1-9][0-9]*)(ms|s|m|h|d|w)$/.exec(text) ?? []
    if (digits === undefined || unit === undefined) return undefined
    const ms = Number(digits) * MILLISECONDS[unit]!
    return ms <= MAX_DURATION ? ms : undefined
  },
)

const SIZE = 'a whole number with B, KB, MB, GB, TB (decimal) or KiB, MiB, GiB, TiB (binary), such as 100MB, or 0'

/** An amount of data, such as `100MB` (10^6 bytes) or `10MiB` (2^20 bytes), or 0: in bytes. */
export const size = z.union([z.literal(0), textual(20, SIZE, readSize)], {
  error: (issue) => expected(SIZE, issue.input),
})

/** A rate such as `10/s`, `600/m`, `5/h` or `20/d`; the count is 1 to 1,000,000,000. */
export const rate = textual(
  12,
  'a count from 1 and one of /s, /m, /h, /d, such as 10/s or 600/m',
  (text): Rate | undefined => {
    const [, digits, unit] = /^([1-9][0-9]{0,9})\/([smhd])$/.exec(text) ?? []
    if (digits === undefined || unit === undefined || Number(digits) > 1e9) return undefined
    return { count: Number(digits), perMs: MILLISECONDS[unit]! }
  },
)

/**
 * A host name of RFC 1123 in lower case, or an IP address in its normal form (IPv6 without brackets). No trailing dot,
 * and no name that ends in a number: `0177.1` and `2130706433` are addresses to some readers (CVE-2026-39409).
 */
export const hostName = textual(
  253,
  'a host name such as app.example.org or app.localhost (letters, digits, hyphens; no final dot), or an IP address',
  (text) => parseAddress(text)?.text ?? readName(text, /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/),
)

/**
 * An exact origin such as `https://auth.example.org` or `https://auth.example.org:8443`, as a browser writes it in
 * `Origin`: lower case, no default port, no path. `http` is for loopback names only.
 */
export const origin = textual(
  270,
  'an origin such as https://auth.example.org or https://auth.example.org:8443, without a path; http only for localhost',
  (text) => {
    const found = readUrl(text, /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/)
    if (found === undefined) return undefined
    const local = found.address ? isLoopback(found.address) : /^(?:.+\.)?localhost$/.test(found.host)
    return found.scheme === 'https' || local ? found.text : undefined
  },
)

/**
 * The address of an upstream: `http://127.0.0.1:3000`, `https://app.internal`. Lower case, no default port, no path,
 * user or query. The host may contain `_`, as names of Compose services do.
 */
export const httpUrl = textual(
  270,
  'http:// or https://, a host and perhaps a port, such as http://127.0.0.1:3000, without a user, path or query',
  (text) => readUrl(text, /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/)?.text,
)

/**
 * Where to listen: `192.0.2.1:443`, `[2001:db8::1]:443`, or `:443` for all addresses of both families, in this same
 * form. Port 0 lets the kernel choose.
 */
export const listenAddress = textual(
  48,
  'an IP address and a port, such as 127.0.0.1:8443 or [::1]:8443, or :443 for all addresses',
  (text) => {
    const [, literal, v4, port] = /^(?:\[([0-9a-f:.]+)\]|([0-9.]*)):(0|[1-9][0-9]{0,4})$/i.exec(text) ?? []
    if (port === undefined || Number(port) > 65535) return undefined
    if (v4 === '') return `:${port}`
    const address = parseAddress(literal ?? v4!)
    if (literal !== undefined) return address?.family === 6 ? `[${address.text}]:${port}` : undefined
    return address && `${address.text}:${port}`
  },
)

/** A network such as `10.0.0.0/8` or `2001:db8::/32`, or an address alone: as CIDR text with its prefix. */
export const network = z
  .string({ error: (issue) => expected('a network such as 10.0.0.0/8 or 2001:db8::/32', issue.input) })
  .max(49)
  .transform((text, ctx) => {
    try {
      return parseNetwork(text).text
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      ctx.issues.push({ code: 'custom', message: error.message, input: text })
      return z.NEVER
    }
  })

function readSize(text: string): number | undefined {
  if (text === '0') return 0
  const [, digits, unit] = /^(0|[1-9][0-9]*)((?:[KMGT]i?)?B)$/.exec(text) ?? []
  if (digits === undefined || unit === undefined) return undefined
  const bytes = Number(digits) * BYTES[unit]!
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

function readName(text: string, label: RegExp): string | undefined {
  const name = text.toLowerCase()
  const labels = name.split('.')
  if (text.length > 253 || !/^[\x21-\x7e]+$/.test(text)) return undefined
  if (!labels.every((part) => part.length <= 63 && label.test(part))) return undefined
  // WHATWG URL, "ends in a number": a URL parser would make an IPv4 address of it.
  return /^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1)!) ? undefined : name
}

interface Url {
  readonly scheme: string
  readonly host: string
  readonly address: Address | undefined
  readonly text: string
}

/** Scheme, host and port alone. Own code, as `URL` repairs what it reads: `http:\\0x7f.1` is 127.0.0.1 to it. */
function readUrl(text: string, label: RegExp): Url | undefined {
  const [, scheme, literal, name, port] =
    /^(https?):\/\/(?:\[([0-9a-f:.]+)\]|([^\s/:@[\]?#\\]+))(?::([1-9][0-9]{0,4}))?\/?$/i.exec(text) ?? []
  if (scheme === undefined || Number(port ?? 0) > 65535) return undefined
  const address = parseAddress(literal ?? name!)
  if (literal !== undefined && address?.family !== 6) return undefined
  const host = address?.family === 6 ? `[${address.text}]` : (address?.text ?? readName(name!, label))
  if (host === undefined) return undefined
  const lower = scheme.toLowerCase()
  const standard = lower === 'https' ? '443' : '80'
  const suffix = port === undefined || port === standard ? '' : `:${port}`
  return { scheme: lower, host, address, text: `${lower}://${host}${suffix}` }
}

/** A schema for a bounded string that `read` turns into its value; undefined means that it is not one. */
function textual<T>(maxLength: number, allowed: string, read: (text: string) => T | undefined) {
  return z
    .string({ error: (issue) => expected(allowed, issue.input) })
    .max(maxLength)
    .transform((text, ctx): T => {
      const value = read(text)
      if (value !== undefined) return value
      ctx.issues.push({ code: 'custom', message: expected(allowed, text), input: text })
      return z.NEVER
    })
}

/** What was found, and what is allowed. A user and password in a URL are not repeated: error texts reach logs. */
function expected(allowed: string, found: unknown): string {
  const what =
    typeof found === 'string'
      ? quoted(found.replace(/\/\/.*@/s, '//...@'))
      : found === null || typeof found !== 'object'
        ? String(found)
        : 'a list or section'
  return `found ${found === undefined ? 'nothing' : what}; write ${allowed}`
}
