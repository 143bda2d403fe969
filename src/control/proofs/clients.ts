import { randomBytes } from 'node:crypto'
import type { Policy } from '../../config/policy.ts'
import { type Network, parseAddress, parseNetwork } from '../../kernel/address.ts'
import { createLetIn } from '../../kernel/let-in.ts'
import { compileNetworks } from '../../kernel/network-set.ts'

/**
 * Where synthetic clients come from: documentation ranges (RFC 3849, RFC 5737), then others, since some lists of
 * denied networks contain these. No packet ever carries such an address.
 */
const RANGES = [
  '2001:db8::/32',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '2a00::/16',
  '100.64.0.0/10',
  '80.0.0.0/8',
]
const TRIES = 16

export interface Clients {
  /** A client that the network lists let in and that is no trusted proxy; a new one each time, so that no limit is shared. */
  any(): string
  /** A client of this network; one that the lists let in, where they let in any of it. */
  of(network: string): string
}

/** Makes the synthetic clients of a policy. */
export function createClients({ config }: Pick<Policy, 'config'>): Clients {
  const { allow } = config.network
  const proxies = compileNetworks(config.network['trusted-proxies'])
  const isLetIn = createLetIn(config.network)
  const ranges = allow.length > 0 ? allow : RANGES
  return {
    any: () => pick(ranges, (client) => isLetIn(client) && !proxies.has(parseAddress(client)!)),
    of: (network) => pick([network], isLetIn),
  }
}

function pick(ranges: readonly string[], isFit: (client: string) => boolean): string {
  for (const range of ranges) {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const client = addressIn(range)
      if (isFit(client)) return client
    }
  }
  return addressIn(ranges[0]!)
}

/** An address of a network by chance; an address alone is itself. */
function addressIn(text: string): string {
  const { address, prefix } = parseNetwork(text)
  const bytes = randomBytes(16)
  const words = address.words.map(
    (word, index) => (word | (bytes.readUInt32BE(4 * index) & hostBits(prefix, index))) >>> 0,
  )
  return parseAddress(format(address.family, words))!.text
}

function hostBits(prefix: number, index: number): number {
  return 2 ** Math.min(Math.max(32 * (index + 1) - prefix, 0), 32) - 1
}

function format(family: Network['address']['family'], words: readonly number[]): string {
  if (family === 4) return [24, 16, 8, 0].map((shift) => (words[0]! >>> shift) & 255).join('.')
  return words.map((word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(':')
}
