import { randomBytes } from 'node:crypto'
import type { Policy } from '../../config/policy.ts'
import { type Network, parseAddress, parseNetwork } from '../../kernel/address.ts'
import { createLetIn } from '../../kernel/let-in.ts'
import { compileNetworks } from '../../kernel/network-set.ts'

/**
 * Where synthetic clients come from: documentation ranges (RFC 3849, RFC 5737), then others, since some lists of
 * denied networks contain these. No packet ever carries such an address.
 */
const RANGES = ['2001:db8::/32', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2a00::/16', '100.64.0.0/10', '80.0.0.0/8']
const TRIES = 4

/** Makes client addresses that the network lists let in and that are no trusted proxy; a new one each time, so that no limit is shared. */
export function createClients({ config }: Pick<Policy, 'config'>): () => string {
  const { allow } = config.network
  const proxies = compileNetworks(config.network['trusted-proxies'])
  const isListed = createLetIn(config.network)
  const ranges = allow.length > 0 ? allow : RANGES
  const isLetIn = (client: string) => !proxies.has(parseAddress(client)!) && isListed(client)
  return () => {
    for (const range of ranges) {
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const client = addressIn(range)
        if (isLetIn(client)) return client
      }
    }
    return addressIn(ranges[0]!)
  }
}

/** An address of a network by chance; an address alone is itself. */
export function addressIn(text: string): string {
  const { address, prefix } = parseNetwork(text)
  const bytes = randomBytes(16)
  const words = address.words.map((word, index) => (word | (bytes.readUInt32BE(4 * index) & hostBits(prefix, index))) >>> 0)
  return parseAddress(format(address.family, words))!.text
}

function hostBits(prefix: number, index: number): number {
  return 2 ** Math.min(Math.max(32 * (index + 1) - prefix, 0), 32) - 1
}

function format(family: Network['address']['family'], words: readonly number[]): string {
  if (family === 4) return [24, 16, 8, 0].map((shift) => (words[0]! >>> shift) & 255).join('.')
  return words.map((word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(':')
}
