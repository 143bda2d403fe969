import { setTimeout as sleep } from 'node:timers/promises'
import { hold } from '../load/connections.ts'
import { openFilesLimit } from '../machine.ts'
import { treeMemory } from '../memory.ts'
import { type Bench, bar, type Row, row, type Scenario } from '../scenario.ts'
import { spread } from '../stats.ts'
import { startCaddy } from '../targets/caddy.ts'
import { publicSite, startCastellan } from '../targets/castellan.ts'
import { startNginx } from '../targets/nginx.ts'
import type { Peer } from '../targets/peer.ts'
import { startUpstream } from '../targets/upstream.ts'

type Start = (bench: Bench, stack: AsyncDisposableStack, upstreamPort: number) => Promise<Peer>

const STARTS: readonly Start[] = [
  (bench, stack, port) => startCastellan(bench, stack, 'castellan', port, { sites: publicSite }),
  startCaddy,
  startNginx,
]

/** Memory that so many idle connections add to a fresh proxy, in MB, and how many were open when it was read. */
async function added(bench: Bench, startPeer: Start, upstreamPort: number, count: number) {
  await using stack = new AsyncDisposableStack()
  const peer = await startPeer(bench, stack, upstreamPort)
  const warm = await hold(peer.tls, 50)
  await warm[Symbol.asyncDispose]()
  const before = treeMemory(peer.pid)
  const held = stack.use(await hold(peer.tls, count))
  await sleep(1000)
  const megabytes = treeMemory(peer.pid) - before
  const alive = await held.alive()
  bench.say(`${peer.name}: ${megabytes.toFixed(0)} MB for ${alive} connections, ${held.refused} refused`)
  return { name: peer.name, megabytes, alive }
}

const CAP = 200

/** How many of half as many again stay open where the setting allows `CAP`. */
async function openUnderCap(bench: Bench, upstreamPort: number): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const settings = { sites: publicSite, connections: CAP }
  const { tls } = await startCastellan(bench, stack, 'castellan', upstreamPort, settings)
  const held = stack.use(await hold(tls, CAP * 1.5))
  return await held.alive() // before the stack ends the client
}

export const memoryConnections: Scenario = {
  id: 'memory-connections',
  title: 'Idle TLS connections: memory, and the cap',
  async run(bench, stack) {
    const count = bench.quick ? 1000 : 10_000
    if (openFilesLimit() < count * 1.2) throw new Error(`needs ${count * 1.2} open files a process (ulimit -n)`)
    const upstream = await startUpstream(bench, stack)
    const seen = STARTS.map((): Awaited<ReturnType<typeof added>>[] => [])
    for (let round = 0; round < bench.runs; round++) {
      for (const [i, startPeer] of STARTS.entries()) seen[i]!.push(await added(bench, startPeer, upstream.port, count))
    }
    const capped = spread([await openUnderCap(bench, upstream.port)])
    return {
      rows: seen.flatMap(rowsOf),
      bars: [bar(`open of ${CAP * 1.5}, where \`connections: ${CAP}\` is set`, 'connections', capped, 'at most', CAP)],
      notes: [
        `${count} connections opened from many addresses, HTTP/1.1 over TLS 1.3, one answered request on each, then idle.`,
        'A fresh process each round; one edge. The memory is stated without a bar.',
      ],
    }
  },
}

function rowsOf(seen: readonly { name: string; megabytes: number; alive: number }[]): Row[] {
  const { name } = seen[0]!
  const open = row(
    `${name}: open when read`,
    'connections',
    seen.map(({ alive }) => alive),
  )
  const perConnection = seen.map(({ megabytes, alive }) => (megabytes * 1000) / alive)
  return [
    row(
      `${name}: memory added`,
      'MB',
      seen.map(({ megabytes }) => megabytes),
    ),
    row(`${name}: each connection`, 'kB', perConnection),
    open,
  ]
}
