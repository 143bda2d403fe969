import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../../kernel/errors.ts'
import type { Certificate } from './host-types.ts'

const LETS_ENCRYPT = '/etc/letsencrypt/live'

/** Certificates of certbot and those that are named; what can't be read or is none is told to `unknown`. */
export function readCertificates(
  named: readonly string[],
  unknown: (what: string, reason: string) => void,
): readonly Certificate[] {
  const paths = new Set([...certbot(unknown), ...named])
  return [...paths].flatMap((path) => {
    try {
      return [certificateOf(path, readFileSync(path))]
    } catch (error) {
      unknown(
        `the certificate ${path}`,
        errorCode(error) === 'EACCES' ? 'this user may not read it' : 'it is not there or no certificate',
      )
      return []
    }
  })
}

/** The first certificate of a file in PEM, which is the site's own. Throws when there is none. */
function certificateOf(path: string, bytes: Buffer): Certificate {
  const certificate = new X509Certificate(bytes)
  const names = (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []))
  return { path, names, expiresAt: Date.parse(certificate.validTo) }
}

function certbot(unknown: (what: string, reason: string) => void): readonly string[] {
  try {
    const folders = readdirSync(LETS_ENCRYPT, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    return folders.map(({ name }) => join(LETS_ENCRYPT, name, 'cert.pem'))
  } catch (error) {
    if (errorCode(error) === 'EACCES') unknown('certificates of certbot', 'they can be read by root only')
    return []
  }
}
