import type { Policy } from '../../config/policy.ts'
import { parseNetwork } from '../../kernel/address.ts'
import type { ProofCase } from '../../kernel/guard.ts'
import { compileNetworks } from '../../kernel/network-set.ts'
import { reasons } from './reasons.ts'

/** Entries of a list that are tried, when a more specific one of the other list covers the first. */
const TRIES = 1_000
/** Clients to whom an allow list says nothing: documentation and test ranges. */
const STRANGERS = ['198.18.0.1', '192.0.2.1', '203.0.113.1', '2001:db8::1']

/** One client of the deny list, and one that is in no list where there is an allow list. */
export function cases({ config }: Policy): ProofCase[] {
  const { deny, allow } = config.network
  if (deny.length + allow.length === 0) return []
  const set = compileNetworks([...deny, ...allow])
  const found = (text: string) => set.find(parseNetwork(text).address)
  const addressOf = (network: string) => parseNetwork(network).address.text
  const inside = deny.slice(0, TRIES).find((network) => {
    const index = found(addressOf(network))
    return index >= 0 && index < deny.length
  })
  const outside = allow.length === 0 ? undefined : STRANGERS.find((stranger) => found(stranger) < 0)
  const denied: ProofCase[] =
    inside === undefined
      ? []
      : [
          {
            control: 'network.denied',
            expected: 'a client of the deny list is refused, another one is let in',
            allowed: {},
            forbidden: { from: addressOf(inside) },
            reason: reasons.denied.id,
          },
        ]
  if (outside === undefined) return denied
  const closed: ProofCase = {
    control: 'network.not-allowed',
    expected: 'a client that is not on the allow list is refused, one that is on it is let in',
    allowed: {},
    forbidden: { from: outside },
    reason: reasons['not-allowed'].id,
  }
  return [...denied, closed]
}
