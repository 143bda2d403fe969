import type { Firewall, OpenPort } from '../../readers/host/types.ts'
import type { Stack } from '../../stack.ts'

/** The packet filters of the running machine when it was looked at, else those of its files. */
export function firewallsOf({ host, liveHost }: Stack): readonly Firewall[] {
  return liveHost?.firewallSeen === true ? liveHost.firewalls : (host?.firewalls ?? [])
}

/** Is anything known about this machine's packet filter? */
export function knowsFirewall({ host, liveHost }: Stack): boolean {
  return liveHost?.firewallSeen === true || (host?.firewalls.length ?? 0) > 0
}

/** A filter that is not switched off and refuses what no rule allows. */
export function refuses(firewall: Firewall): boolean {
  return firewall.active?.value !== false && firewall.input !== undefined && firewall.input.value !== 'accept'
}

/** Does a rule let everybody in to this port? */
export function letsIn(firewall: Firewall, port: number, protocol: string): boolean {
  return firewall.open.some(
    (open) =>
      open.from === undefined &&
      open.first <= port &&
      port <= open.last &&
      (open.protocol === 'any' || open.protocol === protocol),
  )
}

/** `5432/tcp`, `6000-6010/udp`. */
export function portText({ first, last, protocol }: OpenPort): string {
  const ports = first === last ? `${first}` : `${first}-${last}`
  return protocol === 'any' ? ports : `${ports}/${protocol}`
}
