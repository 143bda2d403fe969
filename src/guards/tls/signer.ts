import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { CastellanError, errorText } from '../../kernel/errors.ts'
import { readSecret } from './stored.ts'
import { keyIdentifier } from './x509.ts'

/** The certificate and the private key of an authority. */
export interface Signer {
  readonly certificate: X509Certificate
  readonly key: KeyObject
  readonly keyId: Buffer
  /** Common name of the authority. */
  readonly name: string
  /** End of its life, in ms since the epoch. */
  readonly notAfter: number
}

/** A new P-256 key: PEM of the private one (PKCS 8), DER of the public one (SubjectPublicKeyInfo). */
export function newKey(): { pem: string; publicKey: Buffer } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  })
  return { pem: privateKey, publicKey }
}

/** Reads an authority from PEM text that holds its key and its certificate. Throws when they are not a pair. */
export function toSigner(text: string): Signer {
  const certificate = new X509Certificate(text)
  const key = createPrivateKey(text)
  if (!certificate.checkPrivateKey(key)) throw new Error('its key is not that of its certificate')
  return {
    certificate,
    key,
    keyId: keyIdentifier(createPublicKey(key).export({ type: 'spki', format: 'der' })),
    name: certificate.subject.slice('CN='.length),
    notAfter: certificate.validToDate.getTime(),
  }
}

/** The stored authority, or undefined when there is none. Throws `tls.authority` or `tls.key-mode`. */
export function readSigner(file: string): Signer | undefined {
  const text = readSecret(file)
  if (text === undefined) return undefined
  try {
    return toSigner(text)
  } catch (error) {
    throw new CastellanError('tls.authority', `the certificate authority in ${file} is damaged: ${errorText(error)}`, {
      hint: 'Restore it from a backup, or delete it for a new authority, which clients then have to trust anew.',
      cause: error,
    })
  }
}
