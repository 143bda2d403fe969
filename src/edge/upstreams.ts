import { buildConnector, type Dispatcher, Pool } from 'undici'
import { CONTROL, type Policy } from '../config/policy.ts'
import type { RouteConfig } from '../config/schema.ts'
import { isHealthy } from './health.ts'
import { upstreamHost, upstreamTls } from './upstream-tls.ts'

/** One address of an application, with its pool of kept-alive connections. */
export interface Upstream {
  readonly origin: string
  readonly pool: Dispatcher
  /**
   * Told to undici with every request. It must be the same for all: by itself undici takes the public name in `Host`, and
   * a connection then waits until it is idle, and is made anew, whenever a request of another site comes.
   */
  readonly serverName: string
  /** False while its health check fails; used again as soon as it answers. */
  healthy: boolean
}

const CONNECT_TIMEOUT = 5_000
/** A silent connection is tried from then on, so that a host that vanished within an answer is noticed. */
const KEEP_ALIVE_DELAY = 10_000
const HEALTH_EVERY = 5_000

/**
 * The upstreams of a policy, shared by all routes that name the same address. Names are looked up at every new
 * connection, so that a container that came back under another address is found.
 */
export class Upstreams {
  private readonly byKey = new Map<string, Upstream>()
  private readonly checks: NodeJS.Timeout[] = []

  constructor(policy: Policy, controlSocket: string) {
    for (const { routes } of policy.sites) for (const route of routes) this.open(route, controlSocket)
  }

  /** Those of a route, in its order. */
  of(route: RouteConfig): Upstream[] {
    return route.upstream.map((origin) => this.byKey.get(keyOf(origin, route))!)
  }

  private open(route: RouteConfig, controlSocket: string): void {
    for (const origin of route.upstream) {
      const key = keyOf(origin, route)
      if (this.byKey.has(key)) continue
      const upstream = {
        origin,
        serverName: upstreamHost(origin),
        pool: createPool(origin, route, controlSocket),
        healthy: true,
      }
      this.byKey.set(key, upstream)
      if (route.health !== undefined) this.watch(upstream, route.health)
    }
  }

  private watch(upstream: Upstream, path: string): void {
    let looking = false
    const look = async () => {
      if (looking) return // it waits for a connection, and another one would wait behind it
      looking = true
      upstream.healthy = await isHealthy(upstream.pool, path, upstream.serverName)
      looking = false
    }
    void look()
    this.checks.push(setInterval(look, HEALTH_EVERY).unref())
  }

  /** Lets requests under way finish and closes every connection. */
  async close(): Promise<void> {
    for (const check of this.checks) clearInterval(check)
    await Promise.all([...this.byKey.values()].map(({ pool }) => pool.close()))
  }
}

function keyOf(origin: string, route: RouteConfig): string {
  return `${origin} ${route.ca ?? ''} ${route.health ?? ''}`
}

function createPool(origin: string, route: RouteConfig, controlSocket: string): Pool {
  const internal = origin === CONTROL
  return new Pool(internal ? 'http://control' : origin, {
    connections: 1_024,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    // Both the same and none, as undici makes a new timer at every change between them: see `Exchange.deadline`.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 65_536,
    allowH2: false,
    connect: createConnector(origin, route, controlSocket),
  })
}

/**
 * HTTP/1.1 only: over HTTP/2 all people would share one connection to the application, and what one of them provokes on
 * it, such as GOAWAY, would break off the requests of all.
 */
function createConnector(origin: string, { ca }: RouteConfig, controlSocket: string): buildConnector.connector {
  const tls = origin === CONTROL ? undefined : upstreamTls(origin)
  const connect = buildConnector({
    allowH2: false,
    timeout: CONNECT_TIMEOUT,
    keepAliveInitialDelay: KEEP_ALIVE_DELAY,
    ...(tls ?? { socketPath: controlSocket }),
    ...(ca === undefined ? {} : { ca }),
  })
  return (options, callback) => connect({ ...options, servername: tls?.servername ?? '' }, callback)
}

/** Takes the healthy ones in turn; when none is, all of them, as a check can be wrong. */
export function createBalancer(upstreams: readonly Upstream[]): (attempt: number) => Upstream {
  if (upstreams.length === 1) return () => upstreams[0]!
  let turn = 0
  return (attempt) => {
    const alive = upstreams.filter(({ healthy }) => healthy)
    const choice = alive.length > 0 ? alive : upstreams
    if (attempt === 0) turn = (turn + 1) % 0x3fffffff
    return choice[(turn + attempt) % choice.length]!
  }
}
