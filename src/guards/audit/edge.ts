import type { Policy } from '../../config/policy.ts'
import type { EdgeGuard } from '../../kernel/guard.ts'

/** Who goes where only some may go is written down, one entry a request; refusals are counted by the edge. */
export const audit: EdgeGuard<Policy> = {
  id: 'audit',
  reasons: {},
  compile(policy, services) {
    return {
      site(index) {
        const privileged = new Set(
          policy.sites[index]!.access.flatMap((rule, position) =>
            typeof rule.allow === 'object' && rule.allow.role !== undefined ? [policy.rules[index]![position]!] : [],
          ),
        )
        if (privileged.size === 0) return undefined
        return (request) => {
          if (privileged.has(request.rule) && request.ticket === null) services.report(request, undefined)
          return undefined
        }
      },
    }
  },
}
