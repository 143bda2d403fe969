import type { Policy } from '../config/policy.ts'
import { type Certificates, openCertificates, type SiteCertificate } from '../guards/tls/certificates.ts'
import { systemClock } from '../kernel/clock.ts'
import type { LinkServer } from '../link/server.ts'

interface Ports {
  readonly folder: string
  readonly link: LinkServer
  failed(error: unknown): void
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
    certificates.opened = await certificates.issue(policy)
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

  /** Issues for another policy and tells it; takes that back when an edge complains. */
  async reload(policy: Policy, publish: () => Promise<string[]>): Promise<string[]> {
    const before = this.opened
    this.opened = await this.issue(policy)
    const complaints = await publish()
    if (complaints.length > 0) {
      this.opened.close()
      this.opened = before
    } else before?.close()
    return complaints
  }

  close(): void {
    this.opened?.close()
  }

  private issue({ config, sites }: Policy): Promise<Certificates> {
    const { folder, link, failed } = this.ports
    return openCertificates({
      config: config.tls,
      hosts: sites.map(({ host }) => host),
      folder,
      clock: systemClock,
      publish: async (token, answer) => {
        await this.setAnswers({ ...this.answers, [token]: answer })
        return () => {
          const { [token]: _, ...rest } = this.answers
          void this.setAnswers(rest).catch(failed)
        }
      },
      onChange: () => void link.publish({ type: 'certificates', certificates: this.current() }).catch(failed),
      onError: failed,
    })
  }

  private async setAnswers(answers: Readonly<Record<string, string>>): Promise<void> {
    this.answers = answers
    await this.ports.link.publish({ type: 'challenges', challenges: answers })
  }
}
