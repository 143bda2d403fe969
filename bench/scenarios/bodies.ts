import { type Direction, startBodies, transfer } from '../load/transfer.ts'
import { peakMemory, treeMemory } from '../memory.ts'
import { type Bench, bar, row, type Scenario } from '../scenario.ts'
import { startCaddy } from '../targets/caddy.ts'
import { publicSite, startCastellan } from '../targets/castellan.ts'
import { startNginx } from '../targets/nginx.ts'
import type { Peer } from '../targets/peer.ts'

type Start = (bench: Bench, stack: AsyncDisposableStack, upstreamPort: number) => Promise<Peer>

const STARTS: readonly Start[] = [
  (bench, stack, port) => startCastellan(bench, stack, 'castellan', port, { sites: publicSite }),
  startCaddy,
  startNginx,
]

const DIRECTIONS: readonly Direction[] = ['down', 'up']

interface Growth {
  readonly what: string
  readonly megabytes: number[]
  readonly rates: number[]
}

/** One body through a fresh proxy that small ones have warmed up; what its memory grew by at most, in MB. */
async function grow(bench: Bench, startPeer: Start, port: number, direction: Direction, bytes: number) {
  await using stack = new AsyncDisposableStack()
  const peer = await startPeer(bench, stack, port)
  for (let i = 0; i < 3; i++) await transfer(peer.tls, direction, 1_000_000)
  const before = treeMemory(peer.pid)
  const moving = transfer(peer.tls, direction, bytes)
  const megabytes = (await peakMemory(peer.pid, moving)) - before
  const rate = bytes / 1e6 / (await moving)
  const what = `${peer.name}, ${direction}`
  bench.say(`${what}: ${megabytes.toFixed(1)} MB added, ${rate.toFixed(0)} MB/s`)
  return { what, megabytes, rate }
}

export const bodies: Scenario = {
  id: 'bodies',
  title: 'A large body in either direction: memory added',
  async run(bench, stack) {
    const bytes = bench.quick ? 200_000_000 : 2_000_000_000
    const port = await startBodies(stack)
    const cases = STARTS.flatMap((startPeer) => DIRECTIONS.map((direction) => ({ startPeer, direction })))
    const seen: Growth[] = cases.map(() => ({ what: '', megabytes: [], rates: [] }))
    for (let round = 0; round < bench.runs; round++) {
      for (const [i, { startPeer, direction }] of cases.entries()) {
        const { what, megabytes, rate } = await grow(bench, startPeer, port, direction, bytes)
        const before = seen[i]!
        seen[i] = { what, megabytes: [...before.megabytes, megabytes], rates: [...before.rates, rate] }
      }
    }
    const rows = seen.map(({ what, megabytes }) => row(`${what}: memory added`, 'MB', megabytes))
    return {
      rows: [...rows, ...seen.map(({ what, rates }) => row(`${what}: speed`, 'MB/s', rates))],
      bars: DIRECTIONS.map((direction, i) => bar(`${bytes / 1e9} GB ${direction}`, 'MB', rows[i]!, 'below', 50)),
      notes: ['HTTP/1.1 over TLS 1.3. The highest proportional memory (PSS) seen every 50 ms, less that before.'],
    }
  },
}
