import { randomBytes } from 'node:crypto'
import type { Policy } from '../config/policy.ts'
import { systemClock } from '../kernel/clock.ts'
import { errorText } from '../kernel/errors.ts'
import type { EdgeGuard, EdgeServices } from '../kernel/guard.ts'
import type { GateRequest } from '../kernel/request.ts'
import { createHeaderReader } from '../kernel/request-headers.ts'
import type { Verdict } from '../kernel/verdict.ts'
import { LinkClient } from '../link/client.ts'
import type { EdgeCertificate, EdgeState, ToEdge } from '../link/messages.ts'
import type { EdgeBoot } from '../supervisor/boot.ts'
import { AccessLog } from './access-log.ts'
import { createRegime, Gate } from './gate.ts'
import { readLastPolicy } from './last-policy.ts'
import { lenientTls } from './lenient-tls.ts'
import { Listeners } from './listeners.ts'
import { compilePipeline } from './pipeline.ts'
import { createRateLimiter, type RateLimiter } from './rates/limiter.ts'
import { Reporter } from './reporter.ts'
import { createRequestIds } from './request-id.ts'
import { createReserved } from './reserved.ts'
import { SecureContexts } from './secure-contexts.ts'
import { SessionTable } from './session-table.ts'
import { Upstreams } from './upstreams.ts'

type Change = Exclude<ToEdge, { type: 'answer' | 'alive' }>

const HOUSEKEEPING_MS = 1_000
const DRAIN_MS = 10_000
/** A control that is there tells everything in a few milliseconds; of one that is busy an edge only hears later. */
const CONTROL_AWAY_MS = 100
/** Bytes of the keys of TLS session tickets, as Node takes them. */
const RESUMPTION_KEYS = 48

/** One edge: what control tells it, and the listeners that serve by it. */
export class Edge {
  /** Resolves when the first policy is in force and every listener accepts. */
  readonly ready: Promise<void>
  private readonly boot: EdgeBoot
  private readonly guards: readonly EdgeGuard<Policy>[]
  private readonly contexts: SecureContexts
  private readonly reporter = new Reporter()
  private readonly sessions: SessionTable
  private readonly log: AccessLog
  private readonly link: LinkClient
  private readonly rates: RateLimiter
  private readonly gate: Gate
  private readonly housekeeping: NodeJS.Timeout
  private listeners: Listeners | undefined
  private ticketKey = ''
  private challenges: Readonly<Record<string, string>> = {}
  /** Changes that came before the first whole state; they are repeated on top of it. */
  private early: Change[] | undefined = []
  private disconnectedAt: number | undefined = systemClock()
  /** False while a live session may be one that this edge was never told of, or had to forget. */
  private knowsSessions = false
  private readonly away: NodeJS.Timeout | undefined
  /** The last policy that is being made ready; one after the other. */
  private adopting: Promise<void> = Promise.resolve()
  private readonly started = Promise.withResolvers<void>()

  constructor(boot: EdgeBoot, guards: readonly EdgeGuard<Policy>[]) {
    this.boot = boot
    this.ready = this.started.promise
    this.log = new AccessLog(boot.logSocket)
    this.sessions = new SessionTable((ids) => this.gate.endSessions(ids))
    this.rates = createRateLimiter({
      self: boot.index,
      count: boot.count,
      sockets: boot.peers,
      server: boot.peerFd === null ? null : { fd: boot.peerFd },
      seed: Buffer.from(boot.seed, 'base64url'),
      clock: systemClock,
    })
    this.gate = new Gate({
      sessions: this.sessions,
      log: this.log,
      reporter: this.reporter,
      redeemTicket: (id) => this.link.ask('ticket', { id }),
      ticketKey: () => this.ticketKey,
      knowsSessions: () => this.knowsSessions,
      fault: (error, request) => this.log.note('edge.fault', { request, error: errorText(error) }),
    })
    const reserved = createReserved({
      redeem: (ask) => this.link.ask('redeem', ask),
      endSession: (ask) => this.link.ask('end-session', ask),
      challenge: (token) => this.challenges[token],
    })
    this.guards = withReserved(guards, reserved)
    this.contexts = new SecureContexts(boot.scratch ? lenientTls : undefined)
    this.link = new LinkClient({
      path: boot.controlSocket,
      edge: boot.index,
      scratch: boot.scratch,
      apply: (change) => this.apply(change),
      onConnection: (connected) => this.onConnection(connected),
    })
    this.housekeeping = setInterval(() => this.tidy(), HOUSEKEEPING_MS)
    const { lastPolicy } = boot
    if (lastPolicy !== null) this.away = setTimeout(() => this.startAlone(lastPolicy), CONTROL_AWAY_MS)
  }

  /** Takes no more connections, lets what is under way end, and closes everything. */
  async close(): Promise<void> {
    clearInterval(this.housekeeping)
    clearTimeout(this.away)
    this.listeners?.close()
    await this.gate.drain(DRAIN_MS)
    this.listeners?.destroy()
    this.tidy()
    this.link.close()
    this.rates.close()
    await this.log.close()
  }

  private apply(change: Change): void | Promise<void> {
    if (change.type === 'sync') {
      const early = this.early ?? []
      this.early = undefined
      this.synchronize(change.state)
      for (const later of early) void this.apply(later)
      return this.ready // so that control knows from the answer that this edge serves
    } else if (this.early !== undefined) this.early.push(change)
    else if (change.type === 'policy') return this.adopt(change.policy, change.certificates)
    else if (change.type === 'certificates') this.contexts.replace(change.certificates)
    else if (change.type === 'challenges') this.challenges = change.challenges
    else if (change.type === 'session') this.sessions.put(change.put)
    else this.sessions.end(change.ids)
  }

  private synchronize(state: EdgeState): void {
    this.ticketKey = state.ticketKey
    this.challenges = state.challenges
    this.sessions.reset(state.sessions)
    this.knowsSessions = true
    if (this.gate.policy === undefined) {
      this.contexts.replace(state.certificates)
      this.enforce(state.policy)
    } else {
      this.adopt(state.policy, state.certificates).catch((error: unknown) =>
        this.log.note('edge.fault', { error: errorText(error) }),
      )
    }
    this.serve(state.policy, Buffer.from(state.resumptionKeys, 'base64url'))
  }

  /** Control is away: serves by the policy that it signed last. Nobody is known then, so only public paths are open. */
  private startAlone(from: NonNullable<EdgeBoot['lastPolicy']>): void {
    if (this.gate.policy !== undefined) return
    try {
      const { policy, certificates } = readLastPolicy(from)
      this.contexts.replace(certificates)
      this.enforce(policy)
      this.log.note('edge.alone', { policy: policy.version })
      this.serve(policy, randomBytes(RESUMPTION_KEYS)) // what control shares is never written down
    } catch (error) {
      this.log.note('edge.fault', { error: `waits for control: ${errorText(error)}` })
    }
  }

  /** Makes another policy ready while requests are served by the old one, and then swaps. */
  private adopt(policy: Policy, certificates: readonly EdgeCertificate[]): Promise<void> {
    const adopt = async () => {
      const same = this.gate.policy?.version === policy.version
      if (!same) for (const guard of this.guards) await guard.prepare?.(policy)
      this.contexts.replace(certificates)
      if (!same) this.enforce(policy)
    }
    const done = this.adopting.then(adopt)
    this.adopting = done.catch(() => undefined)
    return done
  }

  private enforce(policy: Policy): void {
    const pipeline = compilePipeline(policy, {
      guards: this.guards,
      services: this.services(),
      scratch: this.boot.scratch,
    })
    this.gate.enforce(createRegime(pipeline, new Upstreams(policy, this.boot.portalSocket)))
  }

  private services(): EdgeServices {
    return {
      clock: systemClock,
      session: (hash) => this.sessions.find(hash),
      take: (scope, client, limit) => this.rates.take(scope, client, limit),
      report: (request: GateRequest, verdict: Verdict | undefined) =>
        this.reporter.report(request, request.host, verdict),
    }
  }

  /** Accepts from the first policy on. */
  private serve(policy: Policy, resumptionKeys: Buffer): void {
    if (this.listeners !== undefined) return
    void this.listen(policy, resumptionKeys).then(this.started.resolve, this.started.reject)
  }

  private async listen(policy: Policy, resumptionKeys: Buffer): Promise<void> {
    const { timeouts, connections } = policy.config
    const owns = this.guards.flatMap((guard) => guard.owns ?? [])
    this.listeners = new Listeners({
      readHeaders: createHeaderReader({
        names: owns.flatMap(({ names }) => names),
        prefixes: owns.flatMap(({ prefixes }) => prefixes),
      }),
      nextId: createRequestIds(),
      contexts: this.contexts,
      ...(this.boot.scratch ? { tls: lenientTls } : {}),
      timeouts,
      connections,
      resumptionKeys,
      handle: (exchange, handover) => this.gate.handle(exchange, handover),
    })
    await this.rates.ready
    for (const { fd, secure } of this.boot.listeners) await this.listeners.listen(fd, secure)
  }

  private onConnection(connected: boolean): void {
    if (!connected && this.disconnectedAt === undefined) this.early = []
    this.disconnectedAt = connected ? undefined : (this.disconnectedAt ?? systemClock())
  }

  /** Once a second: expired sessions go, and control learns what happened. */
  private tidy(): void {
    const now = systemClock()
    this.sessions.sweep(now)
    this.gate.expire(now)
    if (this.disconnectedAt !== undefined) {
      const limit = this.gate.policy?.config.sessions['without-control'] ?? 0
      if (now - this.disconnectedAt > limit) {
        this.sessions.reset([])
        this.knowsSessions = false
      }
      return
    }
    const used = this.sessions.takeUsed()
    if (used.length > 0) this.link.tell({ type: 'used', ids: used, at: now })
    const report = this.reporter.take()
    if (report !== undefined) this.link.tell({ type: 'report', ...report })
  }
}

/** Reserved paths are looked at after rate and session, and before access: they are open to strangers. */
function withReserved(guards: readonly EdgeGuard<Policy>[], reserved: EdgeGuard<Policy>): readonly EdgeGuard<Policy>[] {
  const index = guards.findIndex(({ id }) => id === 'access')
  return [...guards.slice(0, index), reserved, ...guards.slice(index)]
}
