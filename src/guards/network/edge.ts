import { setImmediate } from 'node:timers/promises'
import type { Policy } from '../../config/policy.ts'
import type { EdgeGuard } from '../../kernel/guard.ts'
import { compileNetworks, compileSlices, type NetworkSet } from '../../kernel/network-set.ts'
import { reasons } from './reasons.ts'

/** Compiled ahead, until the policy is in force. */
const prepared = new WeakMap<Policy, NetworkSet>()

export const network: EdgeGuard<Policy> = {
  id: 'network',
  reasons,
  async prepare(policy) {
    const steps = compileSlices(networksOf(policy))
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) {
        prepared.set(policy, step.value)
        return
      }
      await setImmediate() // requests come between
    }
  },
  compile(policy) {
    const { deny, allow } = policy.config.network
    if (deny.length + allow.length === 0) return {}
    const networks = networksOf(policy)
    const set = prepared.get(policy) ?? compileNetworks(networks)
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

function networksOf({
  config: {
    network: { deny, allow },
  },
}: Policy): readonly string[] {
  return [...deny, ...allow]
}
