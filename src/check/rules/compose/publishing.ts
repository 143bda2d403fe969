import type { PublishedPort, Service } from '../../readers/compose/types.ts'
import type { Severity } from '../rule.ts'
import { replace } from './services.ts'

/** The ports that others than the host itself reach, those of private networks included. */
export function exposedPorts(service: Service): readonly PublishedPort[] {
  return service.ports.filter(({ hostAddress }) => !isLoopback(hostAddress))
}

export function isLoopback(address: string): boolean {
  return /^(?:127\.|::1$|localhost$)/i.test(address)
}

/** Only a private network reaches it, by the address that it is bound to. */
function isPrivate(address: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:|fe80:)/i.test(
    address,
  )
}

/** What an observation on one port says. */
export function seen(port: PublishedPort): { readonly observed: string; readonly expected: string } {
  const ports = rangeText(port.published)
  const addresses = port.hostAddress === '' ? ['0.0.0.0', '::'] : [port.hostAddress]
  const shown = addresses.map((address) => `${address.includes(':') ? `[${address}]` : address}:${ports}`)
  const suffix = port.protocol === 'tcp' ? '' : `/${port.protocol}`
  const target = rangeText(port.target)
  return {
    observed: `port ${target}${suffix} is published on ${shown.join(' and ')}`,
    expected: `127.0.0.1:${ports}, or no published port`,
  }
}

/** One step milder on an address of a private network. */
export function severityOn({ hostAddress }: PublishedPort, severity: 'critical' | 'high'): Severity {
  if (!isPrivate(hostAddress)) return severity
  return severity === 'critical' ? 'high' : 'medium'
}

/** All ports of a service, bound to the loopback address. */
export function bindToLoopback(service: Service) {
  return replace(service, ['ports'], service.ports.map(loopback))
}

function loopback({ hostAddress, published, target, protocol }: PublishedPort): string {
  const address = hostAddress.includes(':') ? '[::1]' : isLoopback(hostAddress) ? hostAddress : '127.0.0.1'
  const suffix = protocol === 'tcp' ? '' : `/${protocol}`
  return `${address}:${published === undefined ? '' : rangeText(published)}:${rangeText(target)}${suffix}`
}

function rangeText(range: readonly [number, number] | undefined): string {
  if (range === undefined) return 'a port of its own choice'
  return range[0] === range[1] ? `${range[0]}` : `${range[0]}-${range[1]}`
}
