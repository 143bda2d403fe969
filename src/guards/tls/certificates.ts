import type { Clock } from '../../kernel/clock.ts'
import { CastellanError } from '../../kernel/errors.ts'
import { openAcme } from './acme.ts'
import { type Authority, prepareAuthority } from './authority.ts'
import { openFiles } from './files.ts'
import type { Publish } from './order.ts'
import type { AcmeConfig, FilesConfig, TlsConfig } from './schema.ts'
import type { Issued } from './site-certificate.ts'

/** What an edge needs to serve some hosts: nothing in it signs certificates. */
export interface SiteCertificate {
  readonly hosts: string[]
  /** PEM: the certificate, then its chain. */
  readonly cert: string
  /** PEM of its private key. */
  readonly key: string
  /** In ms since the epoch. */
  readonly notAfter: number
  readonly issuer: 'internal' | 'acme' | 'files'
}

/** The certificates of all sites, whoever issues them. */
export interface Certificates {
  /** The certificates to serve now; together they cover every host. */
  current(): SiteCertificate[]
  /** Path of the certificate (PEM, mode 0644) that clients must trust; null when no site needs that. */
  ca(): string | null
  /** Writes down what was made for them; before it, no file of the internal authority has changed. */
  keep(): void
  /** Stops timers, watches and orders under way. */
  close(): void
}

export interface CertificatesOptions {
  readonly config: TlsConfig
  /** Hosts of all sites and of the portal, in their normal form. */
  readonly hosts: readonly string[]
  /** Where authority, account and certificates are kept; of control alone. */
  readonly folder: string
  readonly clock: Clock
  /** Answers `/.well-known/acme-challenge/TOKEN` on the plain listener; resolves once every edge does. */
  readonly publish: Publish
  /** Called after `current()` changed. */
  onChange(): void
  /** What an operator must know: failed renewals, bad new files, a replaced authority. */
  onError(error: CastellanError): void
  /** How often renewals and files are looked at, in ms; 30 seconds when left out. */
  readonly everyMs?: number
}

type Resolved = CertificatesOptions & { readonly everyMs: number }

/** The same as `prepareCertificates`, and keeps them at once. */
export async function openCertificates(options: CertificatesOptions): Promise<Certificates> {
  const certificates = await prepareCertificates(options)
  certificates.keep()
  return certificates
}

/**
 * Opens the certificates of an installation. Every host has one when it resolves, also while ACME has not answered:
 * then one of the internal authority. Rejects with a CastellanError `tls.*` that says what to change.
 */
export async function prepareCertificates(given: CertificatesOptions): Promise<Certificates> {
  const options = { everyMs: 30_000, ...given }
  const { config } = options
  if (config.issuer === 'files') return fromFiles(config, options)
  if (config.issuer === 'acme') return fromAcme(config, options)
  return fromAuthority(options)
}

function fromFiles(config: FilesConfig, { hosts, ...rest }: Resolved): Certificates {
  const files = openFiles({ ...rest, config, hosts })
  return {
    current: () => {
      const { cert, key, notAfter } = files.current()
      return [{ hosts: [...hosts], cert, key, notAfter, issuer: 'files' }]
    },
    ca: () => null,
    keep: () => undefined,
    close: files.close,
  }
}

function fromAuthority(options: Resolved): Certificates {
  const internal = issueInternal(options, options.hosts)
  return {
    current: () => internal.current(() => true),
    ca: () => internal.authority.path,
    keep: internal.keep,
    close: internal.close,
  }
}

function fromAcme(config: AcmeConfig, options: Resolved): Certificates {
  const acme = openAcme({ ...options, config })
  const lacking = (host: string) => acme.current(host) === undefined
  const internal = issueInternal(options, options.hosts.filter(lacking))
  return {
    current: () => [
      ...internal.current(lacking),
      ...options.hosts.flatMap((host): SiteCertificate[] => {
        const pair = acme.current(host)
        return pair === undefined
          ? []
          : [{ hosts: [host], cert: pair.cert, key: pair.key, notAfter: pair.notAfter, issuer: 'acme' }]
      }),
    ],
    ca: () => (options.hosts.some(lacking) ? internal.authority.path : null),
    keep: internal.keep,
    close: () => {
      acme.close()
      internal.close()
    },
  }
}

/**
 * A certificate for each of `hosts`, renewed as time goes by. One a host, and not one for many: browsers reuse an HTTP/2
 * connection for every name of its certificate (RFC 9113 section 9.1.1), and it would show each visitor all sites.
 */
function issueInternal({ folder, clock, hosts: all, everyMs, onChange, onError }: Resolved, hosts: readonly string[]) {
  const authority: Authority = prepareAuthority(folder, clock, all)
  const keep = () => {
    authority.keep()
    if (authority.replaced === undefined) return
    onError(
      new CastellanError('tls.authority-replaced', `a new certificate authority was made: ${authority.path}`, {
        hint: `The one before (${authority.replaced}) did not permit a new host, or was near its end. Have clients trust the new one.`,
      }),
    )
  }
  const issued = new Map<string, Issued>(hosts.map((host) => [host, authority.issue([host])]))
  const look = () => {
    const due = [...issued].filter(([, { renewAt }]) => renewAt <= clock()).map(([host]) => host)
    for (const host of due) issued.set(host, authority.issue([host]))
    if (due.length > 0) onChange()
  }
  const timer = setInterval(look, everyMs).unref()
  return {
    authority,
    keep,
    current: (wanted: (host: string) => boolean): SiteCertificate[] =>
      [...issued]
        .filter(([host]) => wanted(host))
        .map(([host, { cert, key, notAfter }]) => ({ hosts: [host], cert, key, notAfter, issuer: 'internal' })),
    close: () => clearInterval(timer),
  }
}
