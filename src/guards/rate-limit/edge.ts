import type { Policy } from '../../config/policy.ts'
import { rateKey } from '../../kernel/address.ts'
import type { EdgeGuard } from '../../kernel/guard.ts'
import type { GateRequest } from '../../kernel/request.ts'
import type { Verdict } from '../../kernel/verdict.ts'
import { reasons } from './reasons.ts'

/** Routes a site has at most, so that site and route make one number. */
const ROUTES = 1_024
/** Buckets of probes lie apart, so that a proof touches no client's limit. */
const PROBES = 0x4000_0000

export const rateLimit: EdgeGuard<Policy> = {
  id: 'rate-limit',
  reasons,
  compile(policy, services) {
    return {
      site(index) {
        const { rate, burst } = policy.sites[index]!.limits
        const limit = { rate: rate.count / rate.perMs, burst }
        const wait = String(Math.max(1, Math.ceil(rate.perMs / rate.count / 1_000)))
        const refusal: Verdict = { reason: reasons.exceeded, headers: ['retry-after', wait] }
        return (request) => {
          const scope = (request.ticket === null ? 0 : PROBES) + index * ROUTES + request.route
          const taken = services.take(scope, keyOf(request), limit)
          if (taken === true) return undefined
          return taken === false ? refusal : taken.then((granted) => (granted ? undefined : refusal))
        }
      },
    }
  },
}

/**
 * A signed-in person is counted by session, so that colleagues behind one address don't share a bucket; a stranger by
 * address, IPv6 by /64 (CVE-2026-30827).
 */
function keyOf({ session, client }: GateRequest): string {
  return session === null ? rateKey(client) : session.id
}
