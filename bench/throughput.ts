import type { Endpoint } from './endpoint.ts'
import type { Drive } from './load/load.ts'
import { PROXY_CORE, watchCore } from './machine.ts'
import { treeCpu } from './process-tree.ts'
import type { Bench, Row } from './scenario.ts'
import { row } from './scenario.ts'
import type { Upstream } from './targets/upstream.ts'

export interface Contestant {
  readonly name: string
  /** The program whose processor time is read. */
  readonly pid: number
  readonly endpoint: Endpoint
  readonly drive: Drive
}

/**
 * Requests a second of each contestant, taken in turn (A B C A B C …) so that a slow minute of the machine hits all.
 * Every request that the load counted must have reached the upstream, else a fast error page would win.
 * Rates come first, in the order of the field; then processor time a request, which other work on the machine sways
 * much less.
 */
export async function throughput(bench: Bench, upstream: Upstream, field: readonly Contestant[]): Promise<Row[]> {
  const rates = field.map((): number[] => [])
  const busy = field.map((): number[] => [])
  const cpu = field.map((): number[] => [])
  for (const { endpoint, drive } of field) await drive(endpoint, bench.quick ? 2 : 3) // compilers and pools get warm
  for (let round = 0; round < bench.runs; round++) {
    for (const [i, contestant] of field.entries()) {
      const measured = await once(contestant, upstream, bench.seconds)
      rates[i]!.push(measured.rate)
      busy[i]!.push(measured.busy)
      cpu[i]!.push(measured.cpu)
      bench.say(`${contestant.name}: ${Math.round(measured.rate)} requests/s (${round + 1} of ${bench.runs})`)
    }
  }
  return [
    ...field.map(({ name }, i) => row(name, 'requests/s', rates[i]!, busy[i]!)),
    ...field.map(({ name }, i) => row(`${name}: processor time`, 'µs/request', cpu[i]!)),
  ]
}

async function once({ name, pid, endpoint, drive }: Contestant, upstream: Upstream, seconds: number) {
  const before = await upstream.served()
  const cpuBefore = treeCpu(pid)
  const share = watchCore(PROXY_CORE)
  const load = await drive(endpoint, seconds)
  const busy = share()
  const arrived = (await upstream.served()) - before
  if (arrived < load.requests * 0.999) {
    throw new Error(`${name} answered ${load.requests} requests, of which only ${arrived} reached the upstream`)
  }
  // By what arrived: the warm-up of a load is in its processor time, but not in its count.
  const cpu = ((treeCpu(pid) - cpuBefore) * 1e6) / arrived
  return { rate: load.requests / load.seconds, busy, cpu }
}
