import type { Policy } from '../../config/policy.ts'
import type { EdgeGuard } from '../../kernel/guard.ts'
import { compileNetworks } from '../../kernel/network-set.ts'
import { reasons } from './reasons.ts'

export const network: EdgeGuard<Policy> = {
  id: 'network',
  reasons,
  compile(policy) {
    const { deny, allow } = policy.config.network
    if (deny.length + allow.length === 0) return {}
    const networks = [...deny, ...allow]
    const set = compileNetworks(networks)
    const closed = allow.length > 0
    return {
      arrival({ client }) {
        const found = set.find(client)
        if (found >= deny.length || (found < 0 && !closed)) return undefined
        if (found < 0) return { reason: reasons['not-allowed'], detail: client.text }
        return { reason: reasons.denied, rule: `network.deny ${networks[found]}` }
      },
    }
  },
}
