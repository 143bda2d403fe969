import type { Policy } from '../../config/policy.ts'
import type { Observation, Probe, ProofCase } from '../../kernel/guard.ts'
import { headerOf, observing } from '../../kernel/observe.ts'
import { reasons } from './reasons.ts'

/** Hosts whose certificates are looked at in one run. */
const MAX_HOSTS = 20
/** Without forward secrecy or without authenticated encryption. */
const WEAK = [
  'ECDHE-ECDSA-AES128-SHA256',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA256',
  'ECDHE-RSA-AES128-SHA',
  'AES128-GCM-SHA256',
  'AES128-SHA',
]

/** The portal lets everybody ask; a connection for the first site must not. */
export function cases({ sites }: Policy): ProofCase[] {
  const portal = sites.at(-1)!.host
  return [
    {
      control: 'tls.server-name',
      expected: 'a host that is not the TLS server name is refused with tls.server-name',
      allowed: { host: portal },
      forbidden: { host: portal, serverName: sites[0]!.host },
      reason: reasons['server-name'].id,
    },
  ]
}

export async function observe(probe: Probe<Policy>): Promise<Observation[]> {
  const { door, policy } = probe
  if (!door.secure) {
    const redirects = policy.config['http-mode'] === 'redirect' && door.protocol === 'http/1.1'
    return redirects ? [await redirect(probe)] : []
  }
  const hsts = await strictTransport(probe)
  // Version, cipher and certificate are agreed on before the protocol.
  return door.protocol === 'http/1.1'
    ? [hsts, await versions(probe), await ciphers(probe), ...(await certificates(probe))]
    : [hsts]
}

async function versions({ handshake }: Probe<Policy>): Promise<Observation> {
  const old = await handshake({ min: 'TLSv1', max: 'TLSv1.1' })
  const current = await handshake({ min: 'TLSv1.2', max: 'TLSv1.3' })
  const { seen } = observing('tls.versions', 'TLS 1.0 and 1.1 are refused, 1.2 or 1.3 is agreed on')
  return seen(
    old === undefined && current !== undefined,
    `1.0 and 1.1: ${old ?? 'refused'}; 1.2 and 1.3: ${current ?? 'refused'}`,
  )
}

async function ciphers({ handshake }: Probe<Policy>): Promise<Observation> {
  const weak = await handshake({ min: 'TLSv1.2', max: 'TLSv1.2', ciphers: `${WEAK.join(':')}:@SECLEVEL=0` })
  const sound = await handshake({ min: 'TLSv1.2', max: 'TLSv1.2' })
  const { seen } = observing('tls.ciphers', 'ciphers without forward secrecy or authentication are refused')
  return seen(weak === undefined && sound !== undefined, `weak: ${weak ?? 'refused'}; sound: ${sound ?? 'refused'}`)
}

async function certificates({ certificateFault, policy }: Probe<Policy>): Promise<Observation[]> {
  const hosts = policy.sites.map(({ host }) => host)
  const looked = hosts.length > MAX_HOSTS ? [...hosts.slice(0, MAX_HOSTS - 1), hosts.at(-1)!] : hosts
  const { seen } = observing('tls.certificate', 'each host has a certificate that a careful client takes')
  return Promise.all(
    looked.map(async (host) => {
      const fault = await certificateFault(host)
      return seen(
        fault === undefined,
        fault === undefined ? `verified for ${looked.length} of ${hosts.length} hosts` : `${host}: ${fault}`,
      )
    }),
  )
}

async function strictTransport(probe: Probe<Policy>): Promise<Observation> {
  const value = headerOf(await probe.send({}), 'strict-transport-security')
  const { seen } = observing('tls.hsts', 'every answer over TLS carries Strict-Transport-Security')
  return seen(/max-age=[1-9]/.test(value), value === '' ? 'no such header' : value)
}

async function redirect(probe: Probe<Policy>): Promise<Observation> {
  const path = '/castellan-probe?redirect'
  const answer = await probe.send({ path, as: null })
  const to = headerOf(answer, 'location')
  const { seen } = observing('tls.redirect', 'plain HTTP is answered with 308 to the same address over TLS')
  const same = probe.policy.origins.some((origin) => to === origin + path)
  return seen(answer.status === 308 && same, `${answer.status} ${to || answer.reason}`)
}
