import { createPrivateKey } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { constraints, permits } from './constraints.ts'
import { newKey, readSigner, type Signer, toSigner } from './signer.ts'
import { type Issued, issue, readIssued, SITE_LIFE } from './site-certificate.ts'
import { readStored, writeStored, writeTogether } from './stored.ts'
import * as x509 from './x509.ts'

const HOUR = 3_600_000
/** Ten years. */
const AUTHORITY_LIFE = 87_600 * HOUR

/** The internal certificate authority; it holds its private key, so it lives in control alone. */
export interface Authority {
  /** Path of the authority's certificate in PEM, mode 0644, for those who are to trust it. */
  readonly path: string
  /** Path of the certificate of the authority before, when this one has to replace it. */
  readonly replaced: string | undefined
  /**
   * The certificate for these hosts, under the name of the first: the stored one while it is good, else a new one.
   * The hosts must be among the names that the authority was opened with.
   */
  issue(hosts: readonly string[]): Issued
  /** Writes down the authority and what it issued so far; from then on, what it issues is written before it is used. */
  keep(): void
}

/** The same as `prepareAuthority`, and keeps it at once. */
export function openAuthority(folder: string, clock: Clock, names: readonly string[]): Authority {
  const authority = prepareAuthority(folder, clock, names)
  authority.keep()
  return authority
}

/**
 * Reads the authority in `folder`, or makes one for `names`: P-256, ten years, no authority below it, and constrained
 * to those names. A key and a certificate in one file (`authority.pem`, 0600) can't come apart in a crash; `ca.pem` is
 * the copy for clients. When `names` hold one that the constraints do not allow, or the end is near, a new authority
 * with a new key takes its place: the old certificate stays as `ca-<key id>.pem`, the old key is gone. No file is
 * changed before `keep`, so that a policy that is not taken leaves no trace.
 * Throws `tls.authority` when the file is damaged, `tls.key-mode` when others may read it.
 */
export function prepareAuthority(folder: string, clock: Clock, names: readonly string[]): Authority {
  const sites = join(folder, 'sites')
  const found = readSigner(join(folder, 'authority.pem'))
  const good = found !== undefined && permits(found.certificate, names) && found.notAfter - clock() > 2 * SITE_LIFE
  const made = good ? undefined : createSigner(names, clock())
  const signer = good ? found : made!.signer
  /** Issued and not written yet, by file; undefined once all is kept. */
  let drafts: Map<string, Issued> | undefined = new Map()
  const path = join(folder, 'ca.pem')
  return {
    path,
    replaced: good || found === undefined ? undefined : oldPath(folder, found),
    issue(hosts) {
      const file = join(sites, `${hosts[0]}.pem`)
      const known = drafts?.get(file) ?? readIssued(file, signer, hosts, clock())
      if (known !== undefined) return known
      const issued = issue(signer, hosts, clock())
      if (drafts === undefined) writeIssued(file, issued)
      else drafts.set(file, issued)
      return issued
    },
    keep() {
      mkdirSync(sites, { recursive: true, mode: 0o700 })
      // First: should the disk be full, a certificate of an authority that never was is made again at no cost.
      for (const [file, issued] of drafts ?? []) writeIssued(file, issued)
      if (made !== undefined && found !== undefined)
        writeStored(oldPath(folder, found), String(found.certificate), PUBLIC)
      writeTogether([
        ...(made === undefined ? [] : [[join(folder, 'authority.pem'), made.text, SECRET] as const]),
        ...(readStored(path) === String(signer.certificate)
          ? []
          : [[path, String(signer.certificate), PUBLIC] as const]),
      ])
      drafts = undefined
    },
  }
}

const SECRET = { mode: 0o600, durable: true }
const PUBLIC = { mode: 0o644, durable: true }

function writeIssued(file: string, { key, cert }: Issued): void {
  writeStored(file, key + cert, { mode: 0o600, durable: false })
}

function createSigner(names: readonly string[], now: number): { signer: Signer; text: string } {
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
  return { signer: toSigner(pem + certificate), text: pem + certificate }
}

function oldPath(folder: string, { keyId }: Signer): string {
  return join(folder, `ca-${keyId.toString('hex', 0, 4)}.pem`)
}
