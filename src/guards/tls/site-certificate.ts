import { createPrivateKey, X509Certificate } from 'node:crypto'
import { covers } from './pair.ts'
import { renewalTime } from './renewal.ts'
import { newKey, type Signer } from './signer.ts'
import { readStored } from './stored.ts'
import * as x509 from './x509.ts'

const HOUR = 3_600_000
/** 90 days. Browsers take 398 at most. */
export const SITE_LIFE = 2_160 * HOUR

/** A certificate of the authority with its key, in PEM. `renewAt` and `notAfter` in ms since the epoch. */
export interface Issued {
  readonly cert: string
  readonly key: string
  readonly notAfter: number
  readonly renewAt: number
}

/** The stored certificate, when it is sound, of this authority, for these hosts and not due for renewal. */
export function readIssued(file: string, signer: Signer, hosts: readonly string[], now: number): Issued | undefined {
  const text = readStored(file)
  if (text === undefined) return undefined
  try {
    const leaf = new X509Certificate(text)
    if (!leaf.verify(signer.certificate.publicKey) || !leaf.checkPrivateKey(createPrivateKey(text))) return undefined
    if (!hosts.every((host) => covers(leaf, host))) return undefined
    const start = text.indexOf('-----BEGIN CERTIFICATE-----')
    const life = { notBefore: leaf.validFromDate.getTime(), notAfter: leaf.validToDate.getTime() }
    const issued = toIssued(text.slice(start), text.slice(0, start), life, hosts)
    return now < issued.renewAt ? issued : undefined
  } catch {
    return undefined // Damaged: a new certificate takes its place, at no cost.
  }
}

/** A new certificate with a new key. */
export function issue(signer: Signer, hosts: readonly string[], now: number): Issued {
  const { pem, publicKey } = newKey()
  // Clocks of clients may be slow.
  const life = { notBefore: now - HOUR, notAfter: Math.min(now + SITE_LIFE, signer.notAfter) }
  const cert = x509.signCertificate(
    {
      issuer: signer.name,
      // Not a host name: of the common name, some clients would make one.
      subject: 'Castellan site',
      ...life,
      publicKey,
      extensions: [
        x509.notAnAuthority,
        x509.signsHandshakes,
        x509.serverAuth,
        x509.subjectAltName(hosts),
        x509.subjectKeyIdentifier(x509.keyIdentifier(publicKey)),
        x509.authorityKeyIdentifier(signer.keyId),
      ],
    },
    signer.key,
  )
  return toIssued(cert, pem, life, hosts)
}

function toIssued(cert: string, key: string, life: { notBefore: number; notAfter: number }, hosts: readonly string[]) {
  return { cert, key, notAfter: life.notAfter, renewAt: renewalTime(life, hosts[0] ?? '') }
}
