import type { Policy } from '../config/policy.ts'
import { compilePipeline } from '../edge/pipeline.ts'
import { edgeGuards } from '../guards/edge.ts'
import { parseAddress } from '../kernel/address.ts'
import { CastellanError } from '../kernel/errors.ts'
import { GateRequest, type Protocol, type Session } from '../kernel/request.ts'
import { createHeaderReader } from '../kernel/request-headers.ts'
import type { Verdict } from '../kernel/verdict.ts'

/** A request as it was, or as somebody asks about it. */
export interface Question {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly host: string
  readonly from: string
  readonly protocol: Protocol
  readonly person: Pick<Session, 'subject' | 'email' | 'roles'> | null
  readonly time: number
  /** What the rate limit said then; a question about now is not counted. */
  readonly rateExceeded: boolean
}

/** One guard that was asked, in order. */
export interface Step {
  readonly guard: string
  readonly passed: boolean
}

export interface Replay {
  readonly verdict: Verdict | undefined
  /** The access rule that let it in or refused it, and where it is written. */
  readonly rule: string
  readonly steps: readonly Step[]
}

/** Decides on a request as an edge would under this policy, and notes every check on the way. */
export async function replay(policy: Policy, question: Question): Promise<Replay> {
  const steps: Step[] = []
  const pipeline = compilePipeline(policy, {
    guards: edgeGuards,
    services: {
      clock: () => question.time,
      session: () => undefined,
      take: () => !question.rateExceeded,
      report: () => undefined,
    },
    trace: (guard, verdict) => note(steps, guard, verdict === undefined),
  })
  const request = toRequest(question, policy)
  const verdict = await pipeline.judge(request)
  pipeline.close()
  return { verdict, rule: verdict?.rule ?? request.rule, steps }
}

/** A guard that has several checks is one step: it passed when all of them did. */
function note(steps: Step[], guard: string, passed: boolean): void {
  const before = steps.findIndex((step) => step.guard === guard)
  if (before < 0) steps.push({ guard, passed })
  else if (!passed) steps.splice(before, 1, { guard, passed })
}

/** The person and the address come in as a probe's do: no secret of anybody is needed. */
function toRequest(question: Question, policy: Policy): GateRequest {
  const { host, from, method, target, protocol, person, time } = question
  const peer = parseAddress(from)
  if (peer === undefined)
    throw new CastellanError('explain.address', `--from: ${JSON.stringify(from)} is not an IP address.`)
  const site = policy.sites.findIndex((candidate) => candidate.host === host)
  const origin = policy.origins[site] ?? `https://${host}`
  const headers = createHeaderReader({ names: [], prefixes: [] })(['host', host, 'origin', origin])
  const request = new GateRequest({
    id: 'explain',
    protocol,
    secure: true,
    serverName: host,
    method,
    authority: host,
    target,
    headers,
    peer,
    time,
  })
  const session = person === null ? null : { id: 'explain', site: host, expires: time + 1, ...person }
  request.ticket = { id: 'explain', client: from, session, passes: false, without: null }
  return request
}
