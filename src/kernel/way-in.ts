import { foldPath } from './path.ts'
import { compilePathTable } from './path-rules.ts'

/** What of a site says who may do what: the shape that the schemas give it. */
export interface SiteRules {
  readonly routes: readonly { readonly path: string; readonly 'case-sensitive': boolean }[]
  readonly access: readonly RuleShape[]
}

interface RuleShape {
  readonly path: string
  readonly methods?: readonly string[] | undefined
  readonly parameters?: Readonly<Record<string, readonly string[]>> | undefined
  readonly allow:
    | 'public'
    | 'signed-in'
    | 'nobody'
    | { readonly role?: readonly string[] | undefined; readonly from?: readonly string[] | undefined }
}

/** A request that one rule decides, as a probe sends it. */
export interface WayIn {
  /** Index of the rule. */
  readonly rule: number
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** Roles of the person that the rule lets in; null when it asks for nobody. */
  readonly roles: readonly string[] | null
  /** Network of the client that the rule lets in; undefined for any. */
  readonly from: string | undefined
}

/** Stands for `*` in a pattern. */
const ANY_SEGMENT = 'castellan-probe'

/**
 * One request for every rule of a site that lets anybody in, in the order of the rules. Rules that an earlier one
 * hides, or that lie on no route, have none. `prefer` is the method, where the rule takes it. It says what to try; only the gate's answer says whether it is let in.
 */
export function waysIn(site: SiteRules, prefer = 'GET'): WayIn[] {
  const caseSensitive = site.routes.every((route) => route['case-sensitive'])
  const options = { caseSensitive }
  const routes = compilePathTable(
    site.routes.map(({ path }) => ({ path, value: path })),
    options,
  )
  const rules = compilePathTable(
    site.access.map(({ path }, value) => ({ path, value })),
    options,
  )
  return site.access.flatMap((rule, index) => {
    const way = wayThrough(rule, index, prefer)
    const bare = caseSensitive ? rule.path : foldPath(rule.path)
    const path = bare.replaceAll('*', ANY_SEGMENT)
    if (way === undefined || routes.longest(path) === undefined || path.startsWith('/.castellan')) return []
    const decides = rules.firstMatching(path, (other) => covers(site.access[other]!, rule, way.method))
    return decides === index ? [way] : []
  })
}

function wayThrough({ path, methods, parameters, allow }: RuleShape, rule: number, prefer: string): WayIn | undefined {
  if (allow === 'nobody') return undefined
  const method = methods === undefined || methods.includes(prefer) ? prefer : methods[0]!
  const query = new URLSearchParams(Object.entries(parameters ?? {}).map(([key, values]) => [key, values[0]!]))
  const full = path.replaceAll('*', ANY_SEGMENT) + (query.size === 0 ? '' : `?${query}`)
  const limits = typeof allow === 'object' ? allow : {}
  const roles = allow === 'signed-in' ? [] : limits.role === undefined ? null : [limits.role[0]!]
  return { rule, method, path: full, roles, from: limits.from?.[0] }
}

/** Whether `other` is about the request made for `own`: same method, and its parameters are among those of `own`. */
function covers(other: RuleShape, own: RuleShape, method: string): boolean {
  if (other.methods !== undefined && !other.methods.includes(method)) return false
  return Object.entries(other.parameters ?? {}).every(([key, values]) => {
    const sent = own.parameters?.[key]?.[0]
    return sent !== undefined && values.includes(sent)
  })
}
