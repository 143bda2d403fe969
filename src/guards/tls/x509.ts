import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import {
  bitString,
  element,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  TRUE,
  tagged,
  time,
  utf8String,
} from './der.ts'

/** What a version 3 certificate says (RFC 5280 section 4.1). Names are those of RFC 5280; times in ms. */
export interface CertificateContents {
  /** Common names: the one attribute that subject and issuer have here. */
  readonly issuer: string
  readonly subject: string
  readonly notBefore: number
  readonly notAfter: number
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** DER of each Extension. */
  readonly extensions: readonly Uint8Array[]
}

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'))
const VERSION_3 = tagged(0, integer(Uint8Array.of(2)))

/** Signs with ECDSA and SHA-256; `key` is a P-256 private key. Gives PEM. */
export function signCertificate(contents: CertificateContents, key: KeyObject): string {
  const body = sequence(
    VERSION_3,
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    commonName(contents.issuer),
    sequence(time(contents.notBefore), time(contents.notAfter)),
    commonName(contents.subject),
    contents.publicKey,
    tagged(3, sequence(...contents.extensions)),
  )
  const der = sequence(body, ECDSA_WITH_SHA256, bitString(sign('sha256', body, key)))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** RFC 7093 section 2, method 1: 160 bits of the SHA-256 of the key, which for P-256 is a point of 65 bytes. */
export function keyIdentifier(publicKey: Uint8Array): Buffer {
  return createHash('sha256').update(publicKey.subarray(-65)).digest().subarray(0, 20)
}

export const subjectKeyIdentifier = (id: Uint8Array) => extension('2.5.29.14', false, octetString(id))
export const authorityKeyIdentifier = (id: Uint8Array) => extension('2.5.29.35', false, sequence(element(0x80, id)))

/** An authority below which there is no other: `CA:TRUE, pathlen:0`. */
export const certificateAuthority = extension('2.5.29.19', true, sequence(TRUE, integer(Uint8Array.of(0))))
export const notAnAuthority = extension('2.5.29.19', true, sequence())
/** keyCertSign and cRLSign, bits 5 and 6. */
export const signsCertificates = extension('2.5.29.15', true, bitString(Uint8Array.of(0x06), 1))
/** digitalSignature, bit 0. */
export const signsHandshakes = extension('2.5.29.15', true, bitString(Uint8Array.of(0x80), 7))
/** In an authority it limits what it may certify, too: OpenSSL, NSS and Chromium read it so. */
export const serverAuth = extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1')))

export const subjectAltName = (hosts: readonly string[]) =>
  extension('2.5.29.17', false, sequence(...hosts.map((host) => generalName(host, addressBytes(host)))))

/** RFC 5280 section 4.2.1.10. `permitted` and `excluded` are DER of GeneralSubtrees, as `subtree` makes them. */
export const nameConstraints = (permitted: readonly Uint8Array[], excluded: readonly Uint8Array[]) =>
  extension(
    '2.5.29.30',
    true,
    sequence(tagged(0, ...permitted), ...(excluded.length === 0 ? [] : [tagged(1, ...excluded)])),
  )

/** A host name with everything under it, or one IP address alone. */
export function subtree(host: string): Buffer {
  const address = addressBytes(host)
  return sequence(generalName(host, address && Buffer.concat([address, Buffer.alloc(address.length, 0xff)])))
}

/** Every IPv4 address, every IPv6 address: network and mask are zeros. */
export const ANY_IPV4 = sequence(element(0x87, Buffer.alloc(8)))
export const ANY_IPV6 = sequence(element(0x87, Buffer.alloc(32)))
/** The mailboxes and the URIs of one host. */
export const mailboxes = (host: string) => sequence(element(0x81, Buffer.from(host)))
export const uris = (host: string) => sequence(element(0x86, Buffer.from(host)))

function generalName(host: string, address: Uint8Array | undefined): Buffer {
  return address === undefined ? element(0x82, Buffer.from(host, 'ascii')) : element(0x87, address)
}

/** The bytes of an address in its normal form (RFC 5952), else undefined. */
function addressBytes(host: string): Buffer | undefined {
  if (isIPv4(host)) return Buffer.from(host.split('.').map(Number))
  if (!isIPv6(host)) return undefined
  const [head = '', tail = ''] = host.split('::')
  const words = (part: string) => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)))
  const front = words(head)
  const back = words(tail)
  const bytes = Buffer.alloc(16)
  for (const [i, word] of front.entries()) bytes.writeUInt16BE(word, i * 2)
  for (const [i, word] of back.entries()) bytes.writeUInt16BE(word, 16 - (back.length - i) * 2)
  return bytes
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(objectId(id), ...(critical ? [TRUE] : []), octetString(value))
}

function commonName(text: string): Buffer {
  return sequence(set(sequence(objectId('2.5.4.3'), utf8String(text))))
}

/** 126 random bits; the first two say that the number is positive and has no leading zeros. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return bytes
}
