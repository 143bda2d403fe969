import { parseAddress } from './address.ts'
import { compileNetworks } from './network-set.ts'

/**
 * Which clients the network lists let in, for choosing clients of probes. The guard `network` decides for itself; when
 * the two differ, a proof shows it.
 */
export function createLetIn(lists: {
  readonly deny: readonly string[]
  readonly allow: readonly string[]
}): (client: string) => boolean {
  const { deny, allow } = lists
  const set = compileNetworks([...deny, ...allow])
  return (client) => {
    const address = parseAddress(client)
    if (address === undefined) return false
    const found = set.find(address)
    return found < 0 ? allow.length === 0 : found >= deny.length
  }
}
