import type { Duplex } from 'node:stream'
import { Readable } from 'node:stream'
import { CONTROL, type Policy } from '../config/policy.ts'
import { reasons as access } from '../guards/access/reasons.ts'
import { cookieValue, SESSION_COOKIE } from '../kernel/cookies.ts'
import { errorText } from '../kernel/errors.ts'
import type { GateRequest, Ticket } from '../kernel/request.ts'
import type { Reason, Verdict } from '../kernel/verdict.ts'
import type { AccessLog } from './access-log.ts'
import { answerVerdict } from './answer.ts'
import type { Exchange } from './exchange.ts'
import { Exchanges } from './exchanges.ts'
import type { Pipeline } from './pipeline.ts'
import { proxy } from './proxy.ts'
import { reasons } from './reasons.ts'
import type { Reporter } from './reporter.ts'
import type { SessionTable } from './session-table.ts'
import { type RedeemTicket, readTicket } from './tickets.ts'
import { type PublicSide, publicSide, upstreamHeaders } from './upstream-headers.ts'
import { createBalancer, type Upstream, type Upstreams } from './upstreams.ts'
import { proxyWebSocket } from './websocket.ts'
import { WriteDeadline } from './write-deadline.ts'

/** One policy in force: swapped as a whole by one assignment. */
export interface Regime {
  readonly pipeline: Pipeline
  readonly upstreams: Upstreams
  /** By site, then by route. */
  readonly balancers: readonly (readonly ((attempt: number) => Upstream)[])[]
  readonly sides: readonly PublicSide[]
  /** Exchanges that were judged by it and are not over. */
  underWay: number
}

/** Prepares everything that a policy needs per site, so that a request needs nothing but look-ups. */
export function createRegime(pipeline: Pipeline, upstreams: Upstreams): Regime {
  const { policy } = pipeline
  return {
    pipeline,
    upstreams,
    balancers: policy.sites.map(({ routes }) => routes.map((route) => createBalancer(upstreams.of(route)))),
    sides: policy.origins.map(publicSide),
    underWay: 0,
  }
}

export interface GatePorts {
  readonly sessions: SessionTable
  readonly log: AccessLog
  readonly reporter: Reporter
  redeemTicket: RedeemTicket
  ticketKey(): string
  /** False while a live session may be unknown to this edge, because control is away. */
  knowsSessions(): boolean
  fault(error: unknown, requestId: string): void
}

const CONTROL_AWAY: Verdict = { reason: reasons.controlAway, headers: ['retry-after', '1'] }

/** Where a socket goes after a WebSocket was allowed. */
export interface Handover {
  readonly socket: Duplex
  readonly early: Buffer
}

/** Takes exchanges from every listener, asks the pipeline and passes them on. */
export class Gate {
  private readonly ports: GatePorts
  private regime: Regime | undefined
  private readonly active = new Exchanges()
  private readonly writeDeadline = new WriteDeadline(this.active)
  private idle: (() => void) | undefined

  constructor(ports: GatePorts) {
    this.ports = ports
  }

  get policy(): Policy | undefined {
    return this.regime?.pipeline.policy
  }

  /** Puts a policy in force for all requests from now on; those under way end under the old one. */
  enforce(regime: Regime): void {
    const old = this.regime
    this.regime = regime
    this.writeDeadline.set(regime.pipeline.policy.config.timeouts.write)
    if (old !== undefined) this.retire(old)
  }

  /** Closes what a policy had opened, once it is replaced and its last exchange is over. */
  private retire(regime: Regime): void {
    if (regime === this.regime || regime.underWay > 0) return
    regime.pipeline.close()
    void regime.upstreams.close().catch((error: unknown) => this.ports.fault(error, ''))
  }

  /** Handles one exchange; `handover` is there when the client asks for a WebSocket. */
  handle(exchange: Exchange, handover?: Handover): void {
    const { regime } = this
    this.active.add(exchange)
    exchange.responder.onClose(() => this.finish(exchange, regime))
    if (regime === undefined) {
      answerVerdict(exchange, { reason: reasons.draining })
      return
    }
    regime.underWay += 1
    const { request } = exchange
    if (exchange.body !== null) request.peekBody = (limit) => peekBody(exchange, limit)
    if (request.headers.get('castellan-ticket') === undefined) this.judge(exchange, regime, handover)
    else void this.admitTicket(exchange, regime, handover)
  }

  /** Breaks off everything that lives on one of these sessions. */
  endSessions(ids: ReadonlySet<string>): void {
    for (const exchange of this.active) {
      if (exchange.request.session !== null && ids.has(exchange.request.session.id)) exchange.responder.abort()
    }
  }

  /** Tells every upstream that is past its deadline. Called about once a second, which is the grain of the deadlines. */
  expire(now: number): void {
    for (const exchange of this.active) {
      if (exchange.deadline !== 0 && exchange.deadline <= now) exchange.passage?.late()
    }
  }

  /** Resolves when no exchange is under way, or after `limit` ms, when the rest is broken off. */
  async drain(limit: number): Promise<void> {
    if (this.active.size === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.idle = resolve
    const timer = setTimeout(resolve, limit)
    for (const exchange of this.active) if (exchange.request.protocol === 'websocket') exchange.responder.abort()
    await promise
    clearTimeout(timer)
    for (const exchange of this.active) exchange.responder.abort()
  }

  private async admitTicket(exchange: Exchange, regime: Regime, handover: Handover | undefined): Promise<void> {
    const { request } = exchange
    const ticket: Ticket | null = await readTicket(request, this.ports.ticketKey(), this.ports.redeemTicket).catch(
      () => null,
    )
    request.ticket = ticket
    this.judge(exchange, regime, handover)
  }

  private judge(exchange: Exchange, regime: Regime, handover: Handover | undefined): void {
    try {
      const verdict = regime.pipeline.judge(exchange.request)
      if (!(verdict instanceof Promise)) this.conclude(exchange, regime, verdict, handover)
      else {
        verdict.then(
          (found) => this.conclude(exchange, regime, found, handover),
          (error: unknown) => this.fault(exchange, error),
        )
      }
    } catch (error) {
      this.fault(exchange, error)
    }
  }

  private conclude(
    exchange: Exchange,
    regime: Regime,
    verdict: Verdict | undefined,
    handover: Handover | undefined,
  ): void {
    const { request } = exchange
    exchange.steps = regime.pipeline.steps(request.site)
    if (verdict !== undefined) {
      const told = this.maybeSignedIn(request, verdict) ? CONTROL_AWAY : verdict
      this.ports.reporter.report(request, regime.pipeline.policy.sites[request.site]?.host ?? '', told)
      answerVerdict(exchange, told)
      return
    }
    if (request.session !== null && request.ticket === null) this.ports.sessions.markUsed(request.session.id)
    if (request.ticket !== null && !mayPass(request, regime.pipeline.policy)) {
      answerVerdict(exchange, { reason: reasons.probed, body: '' })
      return
    }
    this.forward(exchange, regime, handover)
  }

  /** Who brings a session that can't be looked up is told that control is away, and not to sign in, which would fail. */
  private maybeSignedIn({ headers }: GateRequest, { reason }: Verdict): boolean {
    if (reason.id !== access['sign-in'].id || this.ports.knowsSessions()) return false
    return cookieValue(headers.get('cookie'), SESSION_COOKIE) !== undefined
  }

  private forward(exchange: Exchange, regime: Regime, handover: Handover | undefined): void {
    const { request } = exchange
    const { policy } = regime.pipeline
    const site = policy.sites[request.site]!
    const headers = upstreamHeaders(request, regime.sides[request.site]!)
    const balance = regime.balancers[request.site]![request.route]!
    exchange.bodyLimit = site.limits.body
    const fail = (_: Exchange, reason: Reason, detail: string) => this.fail(exchange, reason, detail)
    if (handover === undefined) {
      const { timeout } = site.routes[request.route]!
      proxy({ exchange, headers, balance, timeout, fail })
      return
    }
    const route = site.routes[request.route]!
    proxyWebSocket({
      exchange,
      ...handover,
      headers,
      upstream: balance(0).origin,
      ca: route.ca,
      timeout: route.timeout,
      fail,
    })
  }

  private fail(exchange: Exchange, reason: Reason, detail: string): void {
    exchange.failure = detail
    if (exchange.responder.started || exchange.responder.gone) exchange.responder.abort()
    else if (exchange.upstream === CONTROL && reason !== reasons.fault) {
      answerVerdict(exchange, { ...CONTROL_AWAY, detail })
    } else answerVerdict(exchange, { reason, detail })
  }

  /** A fault of ours never lets a request through. A client that broke off its body is none. */
  private fault(exchange: Exchange, error: unknown): void {
    const { body } = exchange
    if (body?.destroyed === true && !body.readableEnded) {
      this.fail(exchange, reasons.clientGone, errorText(error))
      return
    }
    this.ports.fault(error, exchange.request.id)
    this.fail(exchange, reasons.fault, errorText(error))
  }

  private finish(exchange: Exchange, regime: Regime | undefined): void {
    exchange.passage?.over()
    this.active.delete(exchange)
    if (this.active.size === 0) this.idle?.()
    if (regime !== undefined) {
      regime.underWay -= 1
      this.retire(regime)
    }
    const { policy } = regime?.pipeline ?? {}
    this.ports.log.write(exchange, policy?.version ?? '', policy?.sites[exchange.request.site]?.host ?? '')
  }
}

/** Of all probes only these go on: one GET of the path that the site names for health, and GETs of the portal. */
function mayPass({ ticket, method, protocol, site, target }: GateRequest, { sites }: Policy): boolean {
  if (ticket?.passes !== true || method !== 'GET' || protocol === 'websocket') return false
  return site === sites.length - 1 || target === sites[site]!.health
}

/** Reads the beginning of a body for the rules and puts it back in front of the rest. */
async function peekBody(exchange: Exchange, limit: number): Promise<Buffer | undefined> {
  const { body } = exchange
  if (body === null) return Buffer.alloc(0)
  exchange.responder.proceed()
  const chunks: Buffer[] = []
  let size = 0
  const source = body[Symbol.asyncIterator]()
  for (;;) {
    const { done, value } = await source.next()
    if (done === true) break
    chunks.push(value as Buffer)
    size += (value as Buffer).length
    if (size > limit) break
  }
  exchange.body = Readable.from(
    (async function* () {
      yield* chunks
      for (;;) {
        const { done, value } = await source.next()
        if (done === true) return
        yield value
      }
    })(),
    { objectMode: false },
  )
  return size > limit ? undefined : Buffer.concat(chunks)
}
