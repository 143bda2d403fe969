import type { Policy } from '../../config/policy.ts'
import type { SiteConfig } from '../../config/schema.ts'
import { compileNetworks, type NetworkSet } from '../../kernel/network-set.ts'
import { compilePathTable, type PathTable } from '../../kernel/path-rules.ts'
import type { GateRequest } from '../../kernel/request.ts'
import type { Reason } from '../../kernel/verdict.ts'
import { UNREADABLE, type Values } from './parameters.ts'
import { reasons } from './reasons.ts'
import type { AccessRule } from './schema.ts'

/** One rule, ready to be asked. */
export interface CompiledRule {
  readonly index: number
  /** Where it is written. */
  readonly where: string
  readonly methods: ReadonlySet<string> | undefined
  readonly parameters: readonly (readonly [key: string, values: ReadonlySet<string>])[]
  readonly grant: CompiledGrant
}

interface CompiledGrant {
  readonly kind: 'public' | 'signed-in' | 'nobody' | 'limited'
  readonly roles: readonly string[] | undefined
  readonly from: NetworkSet | undefined
}

export interface CompiledRules {
  readonly table: PathTable<CompiledRule>
  readonly caseSensitive: boolean
  /** Keys of query or body that any rule looks at. */
  readonly keys: readonly string[]
}

/** Prepares the access rules of one site. */
export function compileRules(policy: Policy, site: number): CompiledRules {
  const config: SiteConfig = policy.sites[site]!
  const caseSensitive = config.routes.every((route) => route['case-sensitive'])
  const rules = config.access.map((rule, index) => compileRule(rule, index, policy.rules[site]![index]!))
  return {
    table: compilePathTable(
      rules.map((value, index) => ({ path: config.access[index]!.path, value })),
      { caseSensitive },
    ),
    caseSensitive,
    keys: [...new Set(rules.flatMap(({ parameters }) => parameters.map(([key]) => key)))],
  }
}

function compileRule(rule: AccessRule, index: number, where: string): CompiledRule {
  return {
    index,
    where,
    methods: rule.methods === undefined ? undefined : new Set(rule.methods),
    parameters: Object.entries(rule.parameters ?? {}).map(([key, values]) => [key, new Set(values)] as const),
    grant: compileGrant(rule.allow),
  }
}

function compileGrant(allow: AccessRule['allow']): CompiledGrant {
  if (typeof allow === 'string') return { kind: allow, roles: undefined, from: undefined }
  return { kind: 'limited', roles: allow.role, from: allow.from && compileNetworks(allow.from) }
}

/** One way in which an application could read the parameters: a value, none, or one that can't be seen, for each key. */
export type ParameterReading = ReadonlyMap<string, string | typeof UNREADABLE | undefined>

const MAX_READINGS = 64

/** Every combination; undefined when there are more than an honest request has. */
export function parameterReadings(values: Values): ParameterReading[] | undefined {
  let readings: Map<string, string | typeof UNREADABLE | undefined>[] = [new Map()]
  for (const [key, list] of values) {
    const choices = list.length === 0 ? [undefined] : [...new Set(list)]
    if (readings.length * choices.length > MAX_READINGS) return undefined
    readings = readings.flatMap((reading) => choices.map((choice) => new Map(reading).set(key, choice)))
  }
  return readings
}

/**
 * The first rule that is about this request. A parameter that can't be seen is about every rule that names its key,
 * and about none: the caller compares both by way of `seen`.
 */
export function firstRule(
  rules: CompiledRules,
  path: string,
  method: string,
  reading: ParameterReading | undefined,
  unseen: boolean,
): CompiledRule | undefined {
  return rules.table.firstMatching(path, (rule) => {
    if (rule.methods !== undefined && !rule.methods.has(method)) return false
    return rule.parameters.every(([key, values]) => {
      const value = reading?.get(key)
      return value === UNREADABLE ? unseen : value !== undefined && values.has(value)
    })
  })
}

/** Undefined when the rule lets the request in, else why not. */
export function judge(rule: CompiledRule | undefined, request: GateRequest): Reason | undefined {
  if (rule === undefined) return reasons['no-rule']
  const { kind, roles, from } = rule.grant
  if (kind === 'public') return undefined
  if (kind === 'nobody') return reasons.nobody
  if (from !== undefined && !from.has(request.client)) return reasons.from
  if (kind === 'limited' && roles === undefined) return undefined
  if (request.session === null) return reasons['sign-in']
  if (roles === undefined || roles.some((role) => request.session!.roles.includes(role))) return undefined
  return reasons.role
}

/** Whether the rule let somebody in because of who they are, so that a cookie is what authorised. */
export function asksWho({ grant }: CompiledRule): boolean {
  return grant.kind === 'signed-in' || grant.roles !== undefined
}
