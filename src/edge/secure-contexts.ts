import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls'
import { tlsOptions } from '../guards/tls/options.ts'
import type { EdgeCertificate } from '../link/messages.ts'

/** The TLS contexts of all sites, made when a name is asked for the first time. */
export class SecureContexts {
  private readonly options: SecureContextOptions
  private byHost = new Map<string, EdgeCertificate>()
  private first: EdgeCertificate | undefined
  private contexts = new Map<EdgeCertificate, SecureContext>()

  constructor(options: SecureContextOptions = tlsOptions) {
    this.options = options
  }

  /** Replaces all certificates; connections that are open keep theirs. */
  replace(certificates: readonly EdgeCertificate[]): void {
    this.byHost = new Map(certificates.flatMap((certificate) => certificate.hosts.map((host) => [host, certificate])))
    this.first = certificates[0]
    this.contexts = new Map()
  }

  /** For `SNICallback`. An unknown name gets the first certificate, and then 421 for whatever it asks. */
  select(name: string, done: (error: Error | null, context?: SecureContext) => void): void {
    const certificate = this.byHost.get(name.toLowerCase()) ?? this.first
    if (certificate === undefined) {
      done(new Error('no certificate yet'))
      return
    }
    let context = this.contexts.get(certificate)
    if (context === undefined) {
      context = createSecureContext({ ...this.options, cert: certificate.cert, key: certificate.key })
      this.contexts.set(certificate, context)
    }
    done(null, context)
  }
}
