import { quoted } from './quoted.ts'

/**
 * One IP address, parsed. `text` is the only textual form (dotted quad, or RFC 5952), so equal addresses have equal
 * texts. `words` are unsigned 32-bit integers, most significant first: one for IPv4, four for IPv6.
 */
export interface Address {
  readonly family: 4 | 6
  readonly text: string
  readonly words: readonly number[]
}

/** A network in CIDR notation: `prefix` is 0 to 32 or 0 to 128, and no bit of `address` behind it is set. */
export interface Network {
  readonly address: Address
  readonly prefix: number
  readonly text: string
}

/**
 * Reads one textual address, strictly: four decimal octets, or RFC 4291 section 2.2. Returns undefined for every other
 * spelling (octal, hexadecimal, one number, short forms, zone ids, brackets, spaces), because two readers of such a
 * text can mean two addresses (CVE-2024-29415, CVE-2026-39409). An IPv4-mapped IPv6 address is always IPv4, so that a
 * rule for one can't be passed by writing the other (CVE-2026-24398). Not ipaddr.js: it takes five-digit groups, zone
 * ids and octal octets inside IPv6.
 */
export function parseAddress(text: string): Address | undefined {
  const words = readWords(text)
  return words === undefined ? undefined : address(words.length === 1 ? 4 : 6, words)
}

/**
 * Reads `10.0.0.0/8`, `2001:db8::/32`, or an address alone (/32, /128). A mapped network such as `::ffff:10.0.0.0/104`
 * becomes its IPv4 network. Throws a RangeError with a sentence for operators: not an address, prefix out of range, or
 * bits set behind the prefix (which would mean that either the address or the prefix is a slip).
 */
export function parseNetwork(text: string): Network {
  const { words, prefix } = readNetwork(text)
  const found = address(words.length === 1 ? 4 : 6, words)
  return Object.freeze({ address: found, prefix, text: `${found.text}/${prefix}` })
}

/** `parseNetwork` without the texts, for long lists: one word for IPv4, four for IPv6. Throws the same. */
export function readNetwork(text: string): { readonly words: number[]; readonly prefix: number } {
  const slash = text.indexOf('/')
  const base = slash === -1 ? text : text.slice(0, slash)
  const words = readWords(base)
  if (words === undefined) {
    throw new RangeError(
      `${quoted(text)} is not a network: write an address such as 192.0.2.7, or a network such as 10.0.0.0/8 or 2001:db8::/32`,
    )
  }
  const mapped = words.length === 1 && base.includes(':')
  const bits = words.length === 1 && !mapped ? 32 : 128
  const prefix = slash === -1 ? bits : readPrefix(text, text.slice(slash + 1), bits)
  const shift = mapped ? 96 : 0
  if (prefix < shift || hasBitsBehind(words, prefix - shift)) {
    throw new RangeError(
      `${quoted(text)} has bits set behind its prefix: write ${prefix < shift ? 'a prefix of 96 or more' : without(words, prefix - shift)}, or correct the prefix`,
    )
  }
  return { words, prefix: prefix - shift }
}

/**
 * The key under which one client's requests are counted. IPv4: the address. IPv6: its /64, as one client can use every
 * address of its /64. The mask is applied to IPv6 alone: masking mapped IPv4 put every IPv4 client in one bucket
 * (CVE-2026-30827).
 */
export function rateKey(client: Address): string {
  if (client.family === 4) return client.text
  return `${formatV6([client.words[0]!, client.words[1]!, 0, 0])}/64`
}

/** Whether this is 127.0.0.0/8 or ::1 (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3). */
export function isLoopback({ family, words }: Address): boolean {
  if (family === 4) return words[0]! >>> 24 === 127
  return words[3] === 1 && words[2] === 0 && words[1] === 0 && words[0] === 0
}

/** One word for IPv4 and for mapped IPv4, four for IPv6. */
function readWords(text: string): number[] | undefined {
  const v4 = readV4(text, 0)
  if (v4 !== undefined) return [v4]
  const words = readV6(text)
  return words !== undefined && isMapped(words) ? [words[3]!] : words
}

function address(family: 4 | 6, words: number[]): Address {
  const text = family === 4 ? formatV4(words[0]!) : formatV6(words)
  return Object.freeze({ family, text, words: Object.freeze(words) })
}

function readPrefix(text: string, digits: string, bits: number): number {
  const prefix = /^(?:0|[1-9][0-9]{0,2})$/.test(digits) ? Number(digits) : -1
  if (prefix >= 0 && prefix <= bits) return prefix
  throw new RangeError(
    `${quoted(text)} has the prefix ${quoted(digits)}: it must be a decimal number from 0 to ${bits}`,
  )
}

function hasBitsBehind(words: readonly number[], prefix: number): boolean {
  for (let i = prefix >> 5; i < words.length; i++) {
    if ((words[i]! & hostBits(prefix, i)) !== 0) return true
  }
  return false
}

/** The network that the operator may have meant: the bits behind the prefix cleared. */
function without(words: readonly number[], prefix: number): string {
  const network = words.map((word, i) => (word & ~hostBits(prefix, i)) >>> 0)
  return `${network.length === 1 ? formatV4(network[0]!) : formatV6(network)}/${prefix}`
}

/** Those bits of word `i` that lie behind the prefix. */
function hostBits(prefix: number, i: number): number {
  return 2 ** Math.min(Math.max(32 * (i + 1) - prefix, 0), 32) - 1
}

/** Four decimal octets without leading zeros, from `from` to the end of the text. */
function readV4(text: string, from: number): number | undefined {
  if (text.length - from < 7 || text.length - from > 15) return undefined
  let word = 0
  let octet = -1
  let dots = 0
  for (let i = from; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit === -2) {
      if (octet === -1 || ++dots > 3) return undefined
      word = word * 256 + octet
      octet = -1
    } else {
      // A zero may not be followed by a digit: 0177 is 177 to some readers and 127 to others.
      if (digit < 0 || digit > 9 || octet === 0) return undefined
      octet = octet === -1 ? digit : octet * 10 + digit
      if (octet > 255) return undefined
    }
  }
  return dots === 3 && octet !== -1 ? word * 256 + octet : undefined
}

function readV6(text: string): number[] | undefined {
  if (text.length < 2 || text.length > 45) return undefined
  const gap = text.indexOf('::')
  const groups: number[] = []
  if (!readGroups(text, 0, gap === -1 ? text.length : gap, groups)) return undefined
  if (gap !== -1) {
    const tail: number[] = []
    if (!readGroups(text, gap + 2, text.length, tail) || groups.length + tail.length > 7) return undefined
    while (groups.length + tail.length < 8) groups.push(0)
    groups.push(...tail)
  }
  if (groups.length !== 8) return undefined
  return [0, 2, 4, 6].map((i) => groups[i]! * 0x10000 + groups[i + 1]!)
}

/** Colon-separated 16-bit groups, or none; the last may be a dotted quad if it ends the address. False if malformed. */
function readGroups(text: string, from: number, to: number, groups: number[]): boolean {
  let group = 0
  let start = from
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x3a) {
      if (i === start) return false
      groups.push(group)
      group = 0
      start = i + 1
    } else if (code === 0x2e) {
      const v4 = to === text.length ? readV4(text, start) : undefined
      if (v4 !== undefined) groups.push(v4 >>> 16, v4 & 0xffff)
      return v4 !== undefined
    } else {
      const digit = hexDigit(code)
      if (digit === -1 || i - start === 4) return false
      group = group * 16 + digit
    }
  }
  if (start < to) groups.push(group)
  return start < to || from === to
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

function isMapped(words: readonly number[]): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff
}

function formatV4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
}

/** RFC 5952 section 4: lower case, no leading zeros, the first of the longest runs of two or more zero groups is `::`. */
function formatV6(words: readonly number[]): string {
  const [start, length] = longestZeros(words)
  let text = ''
  for (let i = 0; i < 8; i++) {
    if (i === start) {
      text += '::'
      i += length - 1
    } else {
      const separator = text === '' || text.endsWith(':') ? '' : ':'
      text += separator + groupOf(words, i).toString(16)
    }
  }
  return text
}

function longestZeros(words: readonly number[]): [start: number, length: number] {
  let start = -1
  let length = 1
  for (let i = 0, run = 0; i < 8; i++) {
    run = groupOf(words, i) === 0 ? run + 1 : 0
    if (run <= length) continue
    length = run
    start = i - run + 1
  }
  return [start, length]
}

function groupOf(words: readonly number[], i: number): number {
  return i % 2 === 0 ? words[i >> 1]! >>> 16 : words[i >> 1]! & 0xffff
}
