import type { Policy } from '../config/policy.ts'
import {
  type Certificates,
  type CertificatesOptions,
  openCertificates,
  prepareCertificates,
  type SiteCertificate,
} from '../guards/tls/certificates.ts'
import { systemClock } from '../kernel/clock.ts'
import { errorText } from '../kernel/errors.ts'
import type { LinkServer } from '../link/server.ts'

interface Ports {
  readonly folder: string
  readonly link: LinkServer
  failed(error: unknown): void
  /** Called after `current()` changed by itself. */
  changed(): void
}

/** The certificates of the policy in force, told to every edge when they change. */
export class SiteCertificates {
  private readonly ports: Ports
  private opened: Certificates | undefined
  private answers: Readonly<Record<string, string>> = {}

  private constructor(ports: Ports) {
    this.ports = ports
  }

  static async open({ policy, ...ports }: Ports & { policy: Policy }): Promise<SiteCertificates> {
    const certificates = new SiteCertificates(ports)
    certificates.opened = await openCertificates(certificates.options(policy))
    return certificates
  }

  current(): SiteCertificate[] {
    return this.opened?.current() ?? []
  }

  /** Path of the internal authority's certificate; null when no site needs it. */
  authority(): string | null {
    return this.opened?.ca() ?? null
  }

  /** Answers to ACME challenges by token. */
  challenges(): Readonly<Record<string, string>> {
    return this.answers
  }

  /**
   * Issues for another policy and tells it. Only when no edge complains it is written down; else, or when it can't be
   * written, all is as before, and the complaints are the result.
   */
  async reload(policy: Policy, publish: () => Promise<string[]>): Promise<string[]> {
    const before = this.opened
    const next = await prepareCertificates(this.options(policy))
    this.opened = next
    const complaints = await publish()
    if (complaints.length === 0) complaints.push(...keep(next))
    if (complaints.length > 0) {
      next.close()
      this.opened = before
    } else before?.close()
    return complaints
  }

  close(): void {
    this.opened?.close()
  }

  private options({ config, sites }: Policy): CertificatesOptions {
    const { folder, link, failed, changed } = this.ports
    return {
      config: config.tls,
      hosts: sites.map(({ host }) => host),
      folder,
      clock: systemClock,
      publish: async (token, answer) => {
        this.answers = { ...this.answers, [token]: answer }
        // The authority asks at once, and only an edge can answer.
        await link.publishToServing({ type: 'challenges', challenges: this.answers })
        return () => {
          const { [token]: _, ...rest } = this.answers
          this.answers = rest
          void link.publish({ type: 'challenges', challenges: rest }).catch(failed)
        }
      },
      onChange: () => {
        changed()
        void link.publish({ type: 'certificates', certificates: this.current() }).catch(failed)
      },
      onError: failed,
    }
  }
}

function keep(certificates: Certificates): string[] {
  try {
    certificates.keep()
    return []
  } catch (error) {
    return [errorText(error)]
  }
}
