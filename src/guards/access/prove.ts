import type { Policy } from '../../config/policy.ts'
import type { SiteConfig } from '../../config/schema.ts'
import { parseAddress, parseNetwork } from '../../kernel/address.ts'
import type { ProbeRequest, ProofCase } from '../../kernel/guard.ts'
import { createLetIn } from '../../kernel/let-in.ts'
import { compileNetworks } from '../../kernel/network-set.ts'
import { type WayIn, waysIn } from '../../kernel/way-in.ts'
import { reasons } from './reasons.ts'

/** Sites and rules of a site that are tried in one run. */
const MAX_SITES = 20
const MAX_RULES = 10
/** A role that no rule can ask for: the schema takes no upper case. */
const NO_ROLE = 'NONE'
/** Clients of documentation and test ranges (RFC 2544, RFC 3849). */
const ELSEWHERE = ['198.18.0.77', '2001:db8:77::1']

/** Pairs from the rules of the first sites. What a site never asks for has no pair. */
export function cases({ sites, config }: Policy): ProofCase[] {
  const isLetIn = createLetIn(config.network)
  const others = [
    ...ELSEWHERE,
    ...config.network.allow.slice(0, 100).map((network) => parseNetwork(network).address.text),
  ].filter(isLetIn)
  return sites
    .slice(0, -1)
    .slice(0, MAX_SITES)
    .flatMap((site) => {
      const ways = waysIn(site).slice(0, MAX_RULES)
      return [...defaultDeny(site, ways), ...ways.flatMap((way) => ofRule(site, way, others))]
    })
}

/** A request that no rule is about. There is none where a rule covers everything. */
function defaultDeny(site: SiteConfig, ways: readonly WayIn[]): ProofCase[] {
  const way = ways[0]
  const path = '/castellan-probe-without-rule'
  const covered = site.access.some(
    (rule) => rule.path === '/' && rule.methods === undefined && rule.parameters === undefined,
  )
  const wild = site.access.some((rule) => rule.path.startsWith('/*'))
  if (way === undefined || covered || wild) return []
  const methods = new Set(site.access.flatMap((rule) => (rule.path === '/' ? (rule.methods ?? []) : [])))
  const method = ['GET', 'PROPFIND', 'LINK', 'UNLINK'].find((name) => !methods.has(name))
  const routed = site.routes.some((route) => route.path === '/')
  if (method === undefined || !routed) return []
  return [
    {
      control: 'access.default-deny',
      expected: 'what no rule allows is refused with access.no-rule',
      allowed: requestOf(site, way),
      forbidden: { ...requestOf(site, way), method, path },
      reason: reasons['no-rule'].id,
      over: method === 'GET' ? ['http/1.1', 'h2', 'websocket'] : ['http/1.1', 'h2'],
    },
  ]
}

function ofRule(site: SiteConfig, way: WayIn, others: readonly string[]): ProofCase[] {
  const allowed = requestOf(site, way)
  const pair = (control: string, expected: string, change: ProbeRequest, reason: { id: string }): ProofCase => {
    const over = way.method === 'GET' ? {} : { over: ['http/1.1', 'h2'] as const }
    return { control, expected, allowed, forbidden: { ...allowed, ...change }, reason: reason.id, ...over }
  }
  const from = outsider(site.access[way.rule]!, others)
  return [
    ...(way.roles === null
      ? []
      : [pair('access.sign-in', 'who has not signed in is sent to sign in', { as: null }, reasons['sign-in'])]),
    ...(way.roles === null || way.roles.length === 0
      ? []
      : [pair('access.role', 'who lacks the role of the rule is refused', { as: { roles: [NO_ROLE] } }, reasons.role)]),
    ...(from === undefined
      ? []
      : [pair('access.from', 'who is not in the networks of the rule is refused', { from }, reasons.from)]),
  ]
}

function requestOf({ host }: SiteConfig, { method, path, roles, from }: WayIn): ProbeRequest {
  return { host, method, path, as: roles === null ? null : { roles }, ...(from === undefined ? {} : { from }) }
}

/** A client that the network lists let in and that the rule does not name; undefined when the rule names everybody. */
function outsider({ allow }: SiteConfig['access'][number], others: readonly string[]): string | undefined {
  if (typeof allow !== 'object' || allow.from === undefined) return undefined
  const named = compileNetworks(allow.from)
  return others.find((client) => !named.has(parseAddress(client)!))
}
