import type { Endpoint } from '../endpoint.ts'
import { h2load } from '../load/h2load.ts'
import type { Drive } from '../load/load.ts'
import { wrk } from '../load/wrk.ts'
import { type Bench, type Scenario, timesBar } from '../scenario.ts'
import { startCaddy } from '../targets/caddy.ts'
import { startArmed } from '../targets/castellan-armed.ts'
import { startNginx } from '../targets/nginx.ts'
import type { Peer } from '../targets/peer.ts'
import { startUpstream } from '../targets/upstream.ts'
import { throughput } from '../throughput.ts'

const NOTE =
  'Castellan: all guards, a signed-in session, 200 access rules of which the last decides, 100,000 denied networks, ' +
  'access log written. The peers: bare proxies without a log.'

interface Protocol {
  readonly id: string
  readonly name: string
  readonly load: string
  endpoint(peer: Peer): Endpoint
  drive(bench: Bench): Drive
}

const WRK = 'wrk, 32 connections, keep-alive, closed loop.'

export const armedHttp1 = armed({
  id: 'armed-http1',
  name: 'plain HTTP/1.1',
  load: WRK,
  endpoint: (peer) => peer.plain,
  drive: (bench) => wrk(bench),
})

export const armedTls1 = armed({
  id: 'armed-tls1',
  name: 'HTTP/1.1 over TLS',
  load: `${WRK} TLS 1.3, ECDSA P-256.`,
  endpoint: (peer) => peer.tls,
  drive: (bench) => wrk(bench),
})

export const armedH2 = armed({
  id: 'armed-h2',
  name: 'HTTP/2',
  load: 'h2load, 32 connections of four streams, closed loop. TLS 1.3, ECDSA P-256.',
  endpoint: (peer) => peer.tls,
  drive: () => h2load,
})

function armed({ id, name, load, endpoint, drive }: Protocol): Scenario {
  return {
    id,
    title: `All guards on, ${name}`,
    async run(bench, stack) {
      const upstream = await startUpstream(bench, stack)
      const peers = [
        await startArmed(bench, stack, upstream.port),
        await startCaddy(bench, stack, upstream.port),
        await startNginx(bench, stack, upstream.port),
      ]
      const field = peers.map((peer) => ({
        name: peer.name,
        pid: peer.pid,
        endpoint: endpoint(peer),
        drive: drive(bench),
      }))
      const rows = await throughput(bench, upstream, field)
      const bars = [timesBar(`all guards on against bare Caddy, ${name}`, rows[0]!.samples, rows[1]!.samples, 1.2)]
      return { rows, bars, notes: [load, NOTE] }
    },
  }
}
