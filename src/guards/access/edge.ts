import type { Policy } from '../../config/policy.ts'
import type { Check, EdgeGuard } from '../../kernel/guard.ts'
import type { GateRequest } from '../../kernel/request.ts'
import { signInVerdict } from '../../kernel/sign-in.ts'
import type { Reason, Verdict } from '../../kernel/verdict.ts'
import { allowGroup, groupOrigins, preflight } from './cors.ts'
import { readParameters } from './parameters.ts'
import { reasons } from './reasons.ts'
import {
  asksWho,
  type CompiledRule,
  type CompiledRules,
  compileRules,
  firstRule,
  judge,
  type ParameterReading,
  parameterReadings,
} from './rules.ts'

export const access: EdgeGuard<Policy> = {
  id: 'access',
  reasons,
  compile(policy) {
    return {
      site(index) {
        const origins = groupOrigins(policy, index)
        const decide = createDecision(policy, index)
        return origins.size === 0 ? decide : (request) => preflight(request, origins) ?? decide(request)
      },
      response(index) {
        const origins = groupOrigins(policy, index)
        return origins.size === 0 ? undefined : allowGroup(origins)
      },
    }
  },
}

function createDecision(policy: Policy, index: number): Check {
  const rules = compileRules(policy, index)
  const { portal } = policy.config
  const finish = (request: GateRequest, readings: readonly (ParameterReading | undefined)[]) => {
    const outcome = decideAll(rules, request, readings)
    if ('verdict' in outcome) return outcome.verdict
    const { rule, reason } = outcome
    request.rule = rule?.where ?? ''
    request.ambient = reason === undefined && rule !== undefined && asksWho(rule)
    if (reason === undefined) return undefined
    return reason === reasons['sign-in']
      ? signInVerdict(request, portal, reason, request.rule)
      : { reason, rule: request.rule }
  }
  if (rules.keys.length === 0) return (request) => finish(request, ONE_READING)
  const withParameters = async (request: GateRequest) => {
    const readings = parameterReadings(await readParameters(request, rules.keys))
    return readings === undefined ? { reason: reasons.ambiguous, detail: 'parameters' } : finish(request, readings)
  }
  return (request) => (asksParameters(rules, request) ? withParameters(request) : finish(request, ONE_READING))
}

const ONE_READING = [undefined]

/** A body is only read, and 100 only said before the verdict, where a rule about parameters covers the path. */
function asksParameters({ table, caseSensitive }: CompiledRules, { method, readings, folded }: GateRequest): boolean {
  const asks = ({ methods, parameters }: CompiledRule) => parameters.length > 0 && methods?.has(method) !== false
  return (caseSensitive ? readings : folded).some((path) => table.firstMatching(path, asks) !== undefined)
}

type Outcome =
  | { readonly rule: CompiledRule | undefined; readonly reason: Reason | undefined }
  | { readonly verdict: Verdict }

/** The same answer for every reading of path and parameters, or a refusal. */
function decideAll(
  rules: CompiledRules,
  request: GateRequest,
  readings: readonly (ParameterReading | undefined)[],
): Outcome {
  const paths = rules.caseSensitive ? request.readings : request.folded
  let first: { rule: CompiledRule | undefined; reason: Reason | undefined } | undefined
  for (const path of paths) {
    for (const reading of readings) {
      for (const unseen of reading === undefined ? SEEN : EITHER) {
        const rule = firstRule(rules, path, request.method, reading, unseen)
        if (first !== undefined && rule === first.rule) continue
        const reason = judge(rule, request)
        if (first === undefined) first = { rule, reason }
        else if (first.reason !== reason) return { verdict: { reason: reasons.ambiguous, rule: rule?.where ?? '' } }
      }
    }
  }
  return first ?? { rule: undefined, reason: reasons['no-rule'] }
}

const SEEN = [false] as const
const EITHER = [false, true] as const
