import type { Policy } from '../../config/policy.ts'
import type { ResponseStep } from '../../kernel/guard.ts'
import type { GateRequest } from '../../kernel/request.ts'
import type { Verdict } from '../../kernel/verdict.ts'
import { reasons } from './reasons.ts'

/** Origins of the other sites of the same group. */
export function groupOrigins(policy: Policy, site: number): ReadonlySet<string> {
  const { group } = policy.sites[site]!
  if (group === undefined) return new Set()
  return new Set(policy.origins.filter((_, other) => other !== site && policy.sites[other]!.group === group))
}

/** A preflight carries no cookie (Fetch standard, section 4.8), so the gate answers for the group in its place. */
export function preflight(request: GateRequest, origins: ReadonlySet<string>): Verdict | undefined {
  const { headers, method } = request
  const origin = headers.get('origin')
  const wanted = headers.get('access-control-request-method')
  if (method !== 'OPTIONS' || wanted === undefined || origin === undefined || !origins.has(origin)) return undefined
  const names = headers.get('access-control-request-headers')
  return {
    reason: reasons.preflight,
    headers: [
      'access-control-allow-methods',
      wanted,
      ...(names === undefined ? [] : ['access-control-allow-headers', names]),
      'access-control-max-age',
      '600',
    ],
  }
}

/** Lets a page of the group read the answer, refusals too, where the application does not say so itself. */
export function allowGroup(origins: ReadonlySet<string>): ResponseStep {
  return (request, headers) => {
    const origin = request.headers.get('origin')
    if (origin === undefined || !origins.has(origin) || headers.includes('access-control-allow-origin')) return
    headers.push('access-control-allow-origin', origin, 'access-control-allow-credentials', 'true', 'vary', 'origin')
  }
}
