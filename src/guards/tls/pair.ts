import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { CastellanError, errorText } from '../../kernel/errors.ts'
import { tlsOptions } from './options.ts'

/** A certificate with its private key, checked. Times in ms since the epoch. */
export interface Pair {
  /** PEM: the certificate of the site, then its chain. */
  readonly cert: string
  /** PEM of the private key. */
  readonly key: string
  readonly notBefore: number
  readonly notAfter: number
  readonly leaf: X509Certificate
}

/** Two PEM texts, and how error messages call them. */
export interface PairTexts {
  readonly cert: string
  readonly key: string
  readonly certName: string
  readonly keyName: string
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** RSA below this is refused by browsers and by OpenSSL's default security level. */
const MIN_RSA_BITS = 2_048

/** A fresh certificate is not thrown away because the clock here is a little slow: five minutes, in ms. */
const CLOCK_SKEW = 300_000

/**
 * Checks a pair: both parse, the key is that of the first certificate and strong enough, the chain is in order, `now`
 * lies in its validity, it names every host, and OpenSSL takes it for a listener. Throws CastellanError
 * `tls.certificate`, `tls.key`, `tls.key-mismatch`, `tls.chain`, `tls.not-yet-valid`, `tls.expired` or `tls.host`; its
 * message names the file and the reason.
 */
export function checkPair(texts: PairTexts, hosts: readonly string[], now: number): Pair {
  const chain = readChain(texts)
  const leaf = chain[0]!
  checkKey(texts, leaf)
  checkChain(texts, chain)
  checkValidity(texts, leaf, now)
  checkHosts(texts, leaf, hosts)
  try {
    createSecureContext({ cert: texts.cert, key: texts.key, minVersion: 'TLSv1.2', ciphers: tlsOptions.ciphers })
  } catch (error) {
    throw problem('certificate', `${texts.certName} can't be used for TLS: ${errorText(error)}`, error)
  }
  return {
    cert: chain.map(String).join(''),
    key: texts.key,
    notBefore: leaf.validFromDate.getTime(),
    notAfter: leaf.validToDate.getTime(),
    leaf,
  }
}

/** True when the certificate names the host in its subjectAltName; the common name counts for nothing (RFC 9525). */
export function covers(leaf: X509Certificate, host: string): boolean {
  if (isIP(host) !== 0) return leaf.checkIP(host) !== undefined
  return leaf.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined
}

function readChain({ cert, certName }: PairTexts): X509Certificate[] {
  const blocks = cert.match(CERTIFICATE) ?? []
  if (blocks.length === 0) throw problem('certificate', `${certName} holds no certificate in PEM form`)
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch (error) {
      throw problem(
        'certificate',
        `certificate ${index + 1} in ${certName} can't be parsed: ${errorText(error)}`,
        error,
      )
    }
  })
}

function checkKey({ key, keyName, certName }: PairTexts, leaf: X509Certificate): void {
  const found = readKey(key, keyName)
  if (!leaf.checkPrivateKey(found)) {
    throw problem('key-mismatch', `the key in ${keyName} is not that of the first certificate in ${certName}`)
  }
  const bits = found.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && bits < MIN_RSA_BITS) {
    throw problem('key', `${keyName} holds an RSA key of ${bits} bits; ${MIN_RSA_BITS} is the least`)
  }
}

function readKey(key: string, keyName: string): KeyObject {
  try {
    return createPrivateKey(key)
  } catch (error) {
    // Without a passphrase OpenSSL says that it was interrupted or cancelled.
    const reason = key.includes('ENCRYPTED')
      ? 'is encrypted: write it without a passphrase'
      : 'holds no private key in PEM form'
    throw problem('key', `${keyName} ${reason}`, error)
  }
}

function checkChain({ certName }: PairTexts, chain: readonly X509Certificate[]): void {
  const wrong = chain.findIndex((certificate, i) => i > 0 && !chain[i - 1]!.checkIssued(certificate))
  if (wrong > 0) {
    throw problem('chain', `certificate ${wrong + 1} in ${certName} did not issue the one before it: put them in order`)
  }
}

function checkValidity({ certName }: PairTexts, leaf: X509Certificate, now: number): void {
  if (now + CLOCK_SKEW < leaf.validFromDate.getTime()) {
    throw problem('not-yet-valid', `${certName} is valid from ${leaf.validFromDate.toISOString()} on only`)
  }
  if (now >= leaf.validToDate.getTime()) {
    throw problem('expired', `${certName} expired at ${leaf.validToDate.toISOString()}`)
  }
}

function checkHosts({ certName }: PairTexts, leaf: X509Certificate, hosts: readonly string[]): void {
  const missing = hosts.filter((host) => !covers(leaf, host))
  if (missing.length === 0) return
  const names = leaf.subjectAltName ?? 'no name'
  throw problem('host', `${certName} is not for ${list(missing)}; it is for ${names.slice(0, 200)}`)
}

function list(hosts: readonly string[]): string {
  return hosts.length > 5 ? `${hosts.slice(0, 5).join(', ')} and ${hosts.length - 5} more` : hosts.join(', ')
}

function problem(code: string, message: string, cause?: unknown): CastellanError {
  return new CastellanError(`tls.${code}`, message, { cause })
}
