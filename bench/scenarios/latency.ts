import type { Endpoint } from '../endpoint.ts'
import { openLoop } from '../load/open-loop.ts'
import { wrk } from '../load/wrk.ts'
import { type Bench, bar, row, type Scenario } from '../scenario.ts'
import { median, paired } from '../stats.ts'
import { startCaddy } from '../targets/caddy.ts'
import { startArmed } from '../targets/castellan-armed.ts'
import { startNginx } from '../targets/nginx.ts'
import { startUpstream } from '../targets/upstream.ts'

/** More than enough for the offered rate; a free one is always at hand unless answers are late. */
const CONNECTIONS = 64
/** A p99 of the upstream alone that says that load and upstream lack time; differences then say nothing. */
const OVERLOADED_MS = 50

interface Target {
  readonly name: string
  readonly endpoint: Endpoint
}

export const latency: Scenario = {
  id: 'latency',
  title: 'p99 added at half load',
  async run(bench, stack) {
    const upstream = await startUpstream(bench, stack)
    const castellan = await startArmed(bench, stack, upstream.port)
    const caddy = await startCaddy(bench, stack, upstream.port)
    const nginx = await startNginx(bench, stack, upstream.port)
    const most = [await maximum(bench, castellan.plain), await maximum(bench, caddy.plain)]
    const rate = Math.floor(Math.min(...most) / 2)
    const targets: Target[] = [
      { name: 'upstream asked directly', endpoint: upstream },
      ...[castellan, caddy, nginx].map(({ name, plain }) => ({ name, endpoint: plain })),
    ]
    const [direct, ...proxied] = await p99(bench, targets, rate)
    if (median(direct!) > OVERLOADED_MS) {
      throw new Error(`the machine is too busy: p99 of the upstream asked directly is ${median(direct!)} ms`)
    }
    const added = proxied.map((samples) => samples.map((value, i) => value - direct![i]!))
    const excess = paired(added[0]!, added[1]!, (a, b) => a - b)
    return {
      rows: [
        ...targets.map(({ name }, i) => row(`p99, ${name}`, 'ms', [direct!, ...proxied][i]!)),
        ...added.map((samples, i) => row(`p99 added by ${targets[i + 1]!.name}`, 'ms', samples)),
      ],
      bars: [bar('p99 that armed Castellan adds, above what Caddy adds', 'ms', excess, 'at most', 0)],
      notes: [
        `Offered: ${rate} requests/s over plain HTTP/1.1, half of the smaller maximum ` +
          `(${most.map((value) => Math.round(value)).join(' and ')} requests/s by wrk in this run).`,
        'Open loop: latency counts from when a request was due, so waiting for a late answer counts too.',
      ],
    }
  },
}

/** Requests a second at full load, after a run of the same length to warm up. */
async function maximum(bench: Bench, endpoint: Endpoint): Promise<number> {
  await wrk(bench)(endpoint, bench.quick ? 1 : 3)
  const { requests, seconds } = await wrk(bench)(endpoint, bench.quick ? 1 : 3)
  return requests / seconds
}

/** The 99th percentile of each target in each round, in ms; targets take turns. */
async function p99(bench: Bench, targets: readonly Target[], rate: number): Promise<number[][]> {
  const samples = targets.map((): number[] => [])
  for (let round = 0; round < bench.runs; round++) {
    for (const [i, { name, endpoint }] of targets.entries()) {
      const seen = await openLoop({ endpoint, rate, seconds: bench.seconds, connections: CONNECTIONS })
      samples[i]!.push(seen.p99)
      bench.say(`${name}: p50 ${seen.p50.toFixed(2)} ms, p99 ${seen.p99.toFixed(2)} ms (${round + 1} of ${bench.runs})`)
    }
  }
  return samples
}
