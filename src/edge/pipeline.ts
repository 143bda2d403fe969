import type { Policy } from '../config/policy.ts'
import type { SiteConfig } from '../config/schema.ts'
import type { Check, EdgeGuard, EdgeServices, ResponseStep } from '../kernel/guard.ts'
import { compilePathTable, type PathTable } from '../kernel/path-rules.ts'
import type { GateRequest } from '../kernel/request.ts'
import type { Verdict } from '../kernel/verdict.ts'
import { reasons } from './reasons.ts'

/** The checks of one policy in their order, compiled. */
export interface Pipeline {
  readonly policy: Policy
  /** Runs every check; undefined when the request may go on to the upstream. */
  judge(request: GateRequest): Verdict | undefined | Promise<Verdict | undefined>
  /** What is done to the head of every answer of a site; of none (-1), the same for all. */
  steps(site: number): readonly ResponseStep[]
  close(): void
}

/** A check that belongs to a guard, so that a scratch gate can leave it out and `explain` can name it. */
export interface NamedCheck {
  readonly guard: string
  readonly check: Check
}

interface SiteRuntime {
  readonly checks: readonly NamedCheck[]
  readonly routes: PathTable<number>
  readonly caseSensitive: boolean
  readonly steps: readonly ResponseStep[]
}

/** Called at every check that a request passes; for `explain` only. */
export type Trace = (guard: string, verdict: Verdict | undefined) => void

export interface PipelineOptions {
  readonly guards: readonly EdgeGuard<Policy>[]
  readonly services: EdgeServices
  /** A scratch gate leaves out the checks of the guard that the ticket names. */
  readonly scratch?: boolean
  readonly trace?: Trace
}

/** Compiles all guards for a policy. Throws when one can't, and then nothing of it is in force. */
export function compilePipeline(policy: Policy, options: PipelineOptions): Pipeline {
  const { guards, services } = options
  const compiled = guards.map((guard) => ({ guard: guard.id, ...guard.compile(policy, services) }))
  const arrival = compiled.flatMap(({ guard, arrival }) => (arrival ? [{ guard, check: arrival }] : []))
  const sites = policy.sites.map((site, index) => compileSite(site, index, compiled, options.scratch === true))
  const byHost = new Map(policy.sites.map(({ host }, index) => [host, index]))
  const run = createRunner(
    options,
    new Map(compiled.flatMap(({ guard, unjudged }) => (unjudged ? [[guard, unjudged]] : []))),
  )
  const stranger = compiled.flatMap(({ guard, response }) => (guard === 'headers' && response ? [response(0)!] : []))

  const locate = (request: GateRequest): Verdict | undefined => {
    const index = byHost.get(request.host)
    if (index === undefined) return { reason: reasons.unknownHost, detail: request.host }
    const site = sites[index]!
    const route = findRoute(site, request)
    if (route === undefined) return { reason: reasons.noRoute, detail: request.path }
    request.site = index
    request.route = route
    return undefined
  }
  const atSite = (request: GateRequest) =>
    locate(request) ??
    elsewhere(policy, request, options.scratch === true) ??
    run(sites[request.site]!.checks, request, 0)

  return {
    policy,
    judge(request) {
      const verdict = run(arrival, request, 0)
      if (verdict === undefined) return atSite(request)
      return verdict instanceof Promise ? verdict.then((found) => found ?? atSite(request)) : verdict
    },
    steps: (site) => (site < 0 ? stranger : sites[site]!.steps),
    close: () => {
      for (const { close } of compiled) close?.()
    },
  }
}

/** The plain listener leads to TLS, but for the challenges of a certificate authority (RFC 8555 section 8.3). */
function elsewhere(policy: Policy, request: GateRequest, scratch: boolean): Verdict | undefined {
  if (scratch && request.ticket?.without === 'tls') return undefined
  if (request.secure || policy.config['http-mode'] === 'serve' || request.path.startsWith(ACME)) return undefined
  return { reason: reasons.httpsOnly, headers: ['location', `${policy.origins[request.site]}${request.target}`] }
}

const ACME = '/.well-known/acme-challenge/'

type Compiled = { guard: string } & ReturnType<EdgeGuard<Policy>['compile']>

function compileSite(site: SiteConfig, index: number, compiled: readonly Compiled[], scratch: boolean): SiteRuntime {
  const caseSensitive = site.routes.every((route) => route['case-sensitive'])
  return {
    checks: compiled.flatMap(({ guard, site: build }) => {
      const check = build?.(index)
      return check === undefined ? [] : [{ guard, check }]
    }),
    routes: compilePathTable(
      site.routes.map(({ path }, value) => ({ path, value })),
      { caseSensitive },
    ),
    caseSensitive,
    steps: compiled.flatMap(({ guard, response }) => {
      const step = response?.(index)
      if (step === undefined) return []
      return scratch ? unlessLeftOut(guard, step) : step
    }),
  }
}

function unlessLeftOut(guard: string, step: ResponseStep): ResponseStep {
  return (request, headers) => {
    if (request.ticket?.without !== guard) step(request, headers)
  }
}

/** All readings of the path must lead to one route; reserved paths need none. */
function findRoute({ routes, caseSensitive }: SiteRuntime, request: GateRequest): number | undefined {
  const paths = caseSensitive ? request.readings : request.folded
  const first = routes.longest(paths[0]!)
  for (let index = 1; index < paths.length; index++) if (routes.longest(paths[index]!) !== first) return undefined
  return first
}

type Runner = (
  checks: readonly NamedCheck[],
  request: GateRequest,
  from: number,
) => Verdict | undefined | Promise<Verdict | undefined>

function createRunner(
  { scratch, trace }: PipelineOptions,
  unjudged: ReadonlyMap<string, (request: GateRequest) => void>,
): Runner {
  const run: Runner = (checks, request, from) => {
    for (let index = from; index < checks.length; index++) {
      const { guard, check } = checks[index]!
      if (scratch === true && request.ticket?.without === guard) {
        unjudged.get(guard)?.(request)
        continue
      }
      const verdict = check(request)
      if (verdict instanceof Promise) {
        return verdict.then((found) => {
          trace?.(guard, found)
          return found ?? run(checks, request, index + 1)
        })
      }
      trace?.(guard, verdict)
      if (verdict !== undefined) return verdict
    }
    return undefined
  }
  return run
}
