import { createPrivateKey } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { constraints, permits } from './constraints.ts'
import { newKey, readSigner, type Signer, toSigner } from './signer.ts'
import { type Issued, issue, readIssued, SITE_LIFE } from './site-certificate.ts'
import { readStored, writeStored } from './stored.ts'
import * as x509 from './x509.ts'

const HOUR = 3_600_000
/** Ten years. */
const AUTHORITY_LIFE = 87_600 * HOUR

/** The internal certificate authority; it holds its private key, so it lives in control alone. */
export interface Authority {
  /** Path of the authority's certificate in PEM, mode 0644, for those who are to trust it. */
  readonly path: string
  /** Path of the certificate of the authority before, when this start had to replace it. */
  readonly replaced: string | undefined
  /**
   * The certificate for these hosts, under the name of the first: the stored one while it is good, else a new one.
   * The hosts must be among the names that the authority was opened with.
   */
  issue(hosts: readonly string[]): Issued
}

/**
 * Opens the authority in `folder`, or creates it for `names`: P-256, ten years, no authority below it, and constrained
 * to those names. A key and a certificate in one file (`authority.pem`, 0600) can't come apart in a crash; `ca.pem` is
 * the copy for clients. When `names` hold one that the constraints do not allow, or the end is near, a new authority
 * with a new key takes its place: the old certificate stays as `ca-<key id>.pem`, the old key is gone.
 * Throws `tls.authority` when the file is damaged, `tls.key-mode` when others may read it.
 */
export function openAuthority(folder: string, clock: Clock, names: readonly string[]): Authority {
  const sites = join(folder, 'sites')
  mkdirSync(sites, { recursive: true, mode: 0o700 })
  const found = readSigner(join(folder, 'authority.pem'))
  const good = found !== undefined && permits(found.certificate, names) && found.notAfter - clock() > 2 * SITE_LIFE
  const replaced = good || found === undefined ? undefined : keepOld(folder, found)
  const signer = good ? found : createSigner(folder, names, clock())
  const path = join(folder, 'ca.pem')
  const pem = String(signer.certificate)
  if (readStored(path) !== pem) writeStored(path, pem, { mode: 0o644, durable: true })
  return {
    path,
    replaced,
    issue: (hosts) => {
      const file = join(sites, `${hosts[0]}.pem`)
      return readIssued(file, signer, hosts, clock()) ?? issue(file, signer, hosts, clock())
    },
  }
}

function createSigner(folder: string, names: readonly string[], now: number): Signer {
  const { pem, publicKey } = newKey()
  const keyId = x509.keyIdentifier(publicKey)
  // Part of the key's id is in the name, since clients that trust two authorities look them up by name.
  const name = `Castellan internal authority ${keyId.toString('hex', 0, 4)}`
  const certificate = x509.signCertificate(
    {
      issuer: name,
      subject: name,
      notBefore: now - HOUR,
      notAfter: now + AUTHORITY_LIFE,
      publicKey,
      extensions: [
        x509.certificateAuthority,
        x509.signsCertificates,
        x509.serverAuth,
        constraints(names),
        x509.subjectKeyIdentifier(keyId),
      ],
    },
    createPrivateKey(pem),
  )
  writeStored(join(folder, 'authority.pem'), pem + certificate, { mode: 0o600, durable: true })
  return toSigner(pem + certificate)
}

function keepOld(folder: string, { certificate, keyId }: Signer): string {
  const file = join(folder, `ca-${keyId.toString('hex', 0, 4)}.pem`)
  writeStored(file, String(certificate), { mode: 0o644, durable: true })
  return file
}
