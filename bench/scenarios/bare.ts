import { wrk } from '../load/wrk.ts'
import { type Scenario, timesBar } from '../scenario.ts'
import { startCaddy } from '../targets/caddy.ts'
import { startBare } from '../targets/castellan-bare.ts'
import { startNginx } from '../targets/nginx.ts'
import { startUpstream } from '../targets/upstream.ts'
import { throughput } from '../throughput.ts'

export const bare: Scenario = {
  id: 'bare',
  title: 'Bare proxy, plain HTTP/1.1',
  async run(bench, stack) {
    const upstream = await startUpstream(bench, stack)
    const proxies = [
      await startBare(stack, upstream.port),
      await startCaddy(bench, stack, upstream.port),
      await startNginx(bench, stack, upstream.port),
    ]
    const field = proxies.map(({ name, pid, plain }) => ({ name, pid, endpoint: plain, drive: wrk(bench) }))
    const rows = await throughput(bench, upstream, field)
    const [ours, caddy] = rows
    return {
      rows,
      bars: [timesBar('bare proxy against bare Caddy', ours!.samples, caddy!.samples, 1.6)],
      notes: [
        'wrk, 32 connections, keep-alive, closed loop; an answer of five bytes.',
        'Castellan bare: its listener, gate and upstream code without a guard and without a log, one process.',
      ],
    }
  },
}
