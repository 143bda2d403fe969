import { z } from 'zod'
import { section } from '../../kernel/section.ts'

const file = z.string().min(1, 'write the path of a PEM file').max(4_096)

/** RFC 8555 section 6.1 demands https. No user, query or fragment: error texts name the URL. */
const directory = z
  .string()
  .max(2_048)
  .regex(
    /^https:\/\/(?:\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::[1-9][0-9]{0,4})?\/[\x21-\x7e]*$/,
    'write the https URL of an ACME directory, such as https://acme-v02.api.letsencrypt.org/directory',
  )
  .regex(/^[^@?#\\]*$/, 'write the URL without a user, query or fragment')

const internal = section({
  issuer: z.literal('internal').describe('Certificates of the own authority; devices must be told to trust it.'),
})

const acme = section({
  issuer: z.literal('acme').describe('Certificates of a public authority, by ACME with HTTP-01 over port 80.'),
  directory: directory
    .default('https://acme-v02.api.letsencrypt.org/directory')
    .describe('URL of the ACME directory; using it accepts the terms of service of its authority.'),
  email: z.email('write an e-mail address').max(254).describe('Where the authority writes to about the account.'),
  ca: file.optional().describe('PEM file to trust for the directory itself, besides the public authorities.'),
})

const files = section({
  issuer: z.literal('files').describe('Certificate files that something else renews; reloaded when they change.'),
  cert: file.describe('PEM file with the certificate of the sites and its chain, the certificate first.'),
  key: file.describe('PEM file with the private key of that certificate, without a passphrase.'),
})

/** The key `tls` of castellan.yaml. */
export const tlsShape = {
  tls: z
    .discriminatedUnion('issuer', [internal, acme, files], {
      error: (issue) =>
        issue.code === 'invalid_union' ? 'write issuer: internal, issuer: acme or issuer: files' : undefined,
    })
    .prefault({ issuer: 'internal' })
    .describe('Who issues the certificates of the sites and of the portal.'),
}

export type TlsConfig = z.output<typeof tlsShape.tls>
export type AcmeConfig = Extract<TlsConfig, { issuer: 'acme' }>
export type FilesConfig = Extract<TlsConfig, { issuer: 'files' }>
