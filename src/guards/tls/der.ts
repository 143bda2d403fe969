/**
 * A writer for the few ASN.1 types that a certificate is made of (X.690, DER). It reads nothing. Own code, since
 * @peculiar/x509 took 140 to 320 ms to load and 6 ms a certificate on two cores, and this takes less than 1 ms with the
 * key and the file; and no parser is loaded into the process that holds the authority's key. That library reads in the
 * tests what this writes.
 */

/** One element: tag, length, contents. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const size = contents.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Uint8Array.of(tag, ...lengthBytes(size)), ...contents])
}

export const sequence = (...parts: readonly Uint8Array[]) => element(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]) => element(0x31, ...parts)
export const octetString = (bytes: Uint8Array) => element(0x04, bytes)
export const utf8String = (text: string) => element(0x0c, Buffer.from(text, 'utf8'))
export const TRUE = element(0x01, Uint8Array.of(0xff))

/** `bytes` is big-endian, positive and without leading zeros. */
export const integer = (bytes: Uint8Array) => element(0x02, bytes)

/** Whole bytes, except that the last `unused` bits don't count. */
export const bitString = (bytes: Uint8Array, unused = 0) => element(0x03, Uint8Array.of(unused), bytes)

/** Contents of an element that a context-specific tag stands before: `[number] EXPLICIT`. */
export const tagged = (number: number, ...parts: readonly Uint8Array[]) => element(0xa0 + number, ...parts)

/** `1.2.840.10045.2.1`; the first arc is 0 to 2, as everywhere in X.509. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)))
}

/** Milliseconds since the epoch, to the second: UTCTime up to 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
export function time(ms: number): Buffer {
  const text = `${new Date(ms).toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`
  return text < '2050' ? element(0x17, Buffer.from(text.slice(2))) : element(0x18, Buffer.from(text))
}

function lengthBytes(size: number): number[] {
  if (size < 0x80) return [size]
  const bytes: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 + bytes.length, ...bytes]
}

function base128(arc: number): number[] {
  const bytes = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(128 + (rest % 128))
  return bytes
}
