import type { Policy } from '../config/policy.ts'
import type { PortalPolicy } from './portal/ports.ts'

/** What the portal needs to know of a policy: its own origin, and the sites that people come from. */
export function portalPolicy({ config, origins }: Policy): PortalPolicy {
  return {
    portal: config.portal,
    sites: config.sites.map(({ host, group }, index) => ({
      host,
      origin: origins[index]!,
      ...(group === undefined ? {} : { group }),
    })),
  }
}
