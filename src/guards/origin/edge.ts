import type { Policy } from '../../config/policy.ts'
import type { EdgeGuard } from '../../kernel/guard.ts'
import type { GateRequest } from '../../kernel/request.ts'
import type { Verdict } from '../../kernel/verdict.ts'
import { reasons } from './reasons.ts'

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Where a cookie is what let the request in, a write must come from a page of the site itself (cross-site request
 * forgery, cross-site WebSocket hijacking). Webhooks, tokens and git come without that cookie and are not looked at.
 */
export const origin: EdgeGuard<Policy> = {
  id: 'origin',
  reasons,
  compile(policy) {
    return {
      site(index) {
        const { group, routes } = policy.sites[index]!
        const own = policy.origins.filter(
          (_, other) => other === index || (group !== undefined && policy.sites[other]!.group === group),
        )
        const allowed = routes.map((route) => new Set([...own, ...route.origins]))
        return (request) => {
          if (!request.ambient) return undefined
          if (SAFE.has(request.method) && request.protocol !== 'websocket') return undefined
          return judge(request, allowed[request.route])
        }
      },
    }
  },
}

function judge({ headers }: GateRequest, allowed: ReadonlySet<string> | undefined): Verdict | undefined {
  const origin = headers.get('origin')
  if (origin !== undefined) {
    return allowed?.has(origin) ? undefined : { reason: reasons['cross-site'], detail: origin.slice(0, 200) }
  }
  const site = headers.get('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return undefined
  return { reason: site === undefined ? reasons.unstated : reasons['cross-site'], detail: site ?? '' }
}
