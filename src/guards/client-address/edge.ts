import type { Policy } from '../../config/policy.ts'
import { type Address, parseAddress } from '../../kernel/address.ts'
import type { EdgeGuard } from '../../kernel/guard.ts'
import { compileNetworks, type NetworkSet } from '../../kernel/network-set.ts'
import type { GateRequest } from '../../kernel/request.ts'
import type { Verdict } from '../../kernel/verdict.ts'
import { owned } from './owned.ts'
import { reasons } from './reasons.ts'

/** A chain of more proxies than this is nobody's installation. */
const MAX_HOPS = 32

export const clientAddress: EdgeGuard<Policy> = {
  id: 'client-address',
  reasons,
  owns: owned,
  compile(policy) {
    const trusted = compileNetworks(policy.config.network['trusted-proxies'])
    return {
      arrival(request) {
        const nearest = request.ticket === null ? request.peer : parseAddress(request.ticket.client)
        if (nearest === undefined) return malformed('ticket')
        const forwarded = request.headers.get('x-forwarded-for')
        if (forwarded === undefined || trusted.size === 0 || !trusted.has(nearest)) {
          request.client = nearest
          return undefined
        }
        const client = nearestUntrusted(forwarded, trusted, nearest)
        if (client === undefined) return malformed(forwarded)
        request.client = client
        return undefined
      },
      unjudged,
    }
  },
}

/** Believes anybody, as a careless program does. */
function unjudged(request: GateRequest): void {
  const said = request.headers.get('x-forwarded-for')?.split(',')[0]?.trim()
  request.client = parseAddress(said ?? request.ticket?.client ?? '') ?? request.peer
}

function malformed(detail: string): Verdict {
  return { reason: reasons.malformed, detail: detail.slice(0, 200) }
}

/**
 * From right to left, the first address that is not a trusted proxy: everything left of it was written by somebody
 * whom nobody vouches for (CVE-2023-36456, CVE-2026-27700). Undefined when an entry on the way is not an address.
 */
function nearestUntrusted(forwarded: string, trusted: NetworkSet, nearest: Address): Address | undefined {
  const hops = forwarded.split(',', MAX_HOPS + 1)
  if (hops.length > MAX_HOPS) return undefined
  let client = nearest
  for (const hop of hops.reverse()) {
    const address = parseAddress(hop.trim())
    if (address === undefined) return undefined
    client = address
    if (!trusted.has(address)) break
  }
  return client
}
