import type { Clock } from '../../kernel/clock.ts'
import type { BucketLimit } from '../../kernel/guard.ts'
import { Link } from './link.ts'
import { type Owner, serveOwner } from './owner.ts'
import { RateTable } from './table.ts'

/** A sweep looks at so many segments (of at most 1,024), so that a round takes 13 s and a step well below 1 ms. */
const SWEEP_SEGMENTS = 4
const SWEEP_MS = 50
/** How long `ready` waits for edges that don't answer. */
const READY_MS = 1_000

export interface RateLimiterOptions {
  /** Index of this edge, from 0. */
  readonly self: number
  /** Number of edges. */
  readonly count: number
  /** Path of the Unix socket of each edge, by index; empty with one edge. */
  readonly sockets: readonly string[]
  /** The inherited listening socket of this edge. With `null` and more than one edge it opens its own path. */
  readonly server: { readonly fd: number } | null
  /** 16 random bytes, the same in all edges and new at each start: whoever knows them can make clients collide. */
  readonly seed: Uint8Array
  readonly clock: Clock
}

export interface RateLimiter {
  /** Takes one token of a client in a scope; false when there is none. A promise when another edge has to be asked. */
  take(scope: number, client: string, limit: BucketLimit): boolean | Promise<boolean>
  /** All other edges answered, or a second went by. Requests that come earlier may find two buckets for one client. */
  readonly ready: Promise<void>
  close(): void
}

/**
 * One token bucket a client and scope over all edges together. Each key has one owner among them, by its hash; the
 * others lease tokens from it.
 *
 * @throws RangeError when `self`, `count` and `sockets` don't fit together, or the seed is not 16 bytes.
 */
export function createRateLimiter({ self, count, sockets, server, seed, clock }: RateLimiterOptions): RateLimiter {
  const table = new RateTable(seed)
  const sweeping = setInterval(() => table.sweep(clock(), SWEEP_SEGMENTS), SWEEP_MS).unref()
  if (count === 1) {
    return {
      take: (scope, client, limit) => table.take(scope, client, limit, clock()),
      ready: Promise.resolve(),
      close: () => clearInterval(sweeping),
    }
  }
  const path = sockets[self]
  if (path === undefined || sockets.length !== count) {
    clearInterval(sweeping)
    throw new RangeError(`edge ${self} of ${count} can't share rates over ${sockets.length} sockets`)
  }
  const owner = serveOwner(server ?? path, count - 1, table, clock)
  const { links, ready } = openLinks(self, sockets, table, clock)
  return {
    take(scope, client, limit) {
      const key = table.keyOf(scope, client)
      const lo = key[0]!
      const hi = key[1]!
      const link = links[(hi >>> 0) % count]
      const now = clock()
      return link === undefined ? table.grant(lo, hi, 1, 0, limit, now) === 1 : link.take(lo, hi, limit, now)
    },
    ready,
    close() {
      clearInterval(sweeping)
      closeAll(owner, links)
    },
  }
}

/** By index of the edge; undefined at `self`. */
type Links = readonly (Link | undefined)[]

function openLinks(self: number, sockets: readonly string[], table: RateTable, clock: Clock) {
  const ups: Promise<void>[] = []
  const links: Links = sockets.map((path, index) => {
    if (index === self) return undefined
    const { promise, resolve } = Promise.withResolvers<void>()
    ups.push(promise)
    return new Link(path, sockets.length, table, clock, resolve)
  })
  const patience = new Promise<void>((resolve) => setTimeout(resolve, READY_MS).unref())
  return { links, ready: Promise.race([Promise.all(ups).then(() => undefined), patience]) }
}

function closeAll(owner: Owner, links: Links): void {
  owner.close()
  for (const link of links) link?.close()
}
