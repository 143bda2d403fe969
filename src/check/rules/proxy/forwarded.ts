import { type Directive, walk } from '../../readers/directive.ts'
import { inForce, type Scope, scopesOf } from '../../readers/nginx/scope.ts'
import type { Stack } from '../../stack.ts'
import { proxiedScopes } from './nginx-content.ts'
import { insertAfter, insertInto, type MaybeRepair } from './repair.ts'
import { type CaddyHost, caddySitesOf, type NginxSite, nginxSitesOf } from './site.ts'

/** A place of nginx that passes requests on, in a site that clients reach and that has no proxy before it. */
export interface Passing {
  readonly site: NginxSite
  readonly scope: Scope
}

export function passingScopes(stack: Stack): readonly Passing[] {
  return nginxSitesOf(stack)
    .filter((site) => site.outer && !site.behind)
    .flatMap((site) => proxiedScopes(site.scope).map((scope) => ({ site, scope })))
}

/** What is sent upstream for a header, as it is set in force; undefined when the client's own passes through. */
export function requestHeader(scope: Scope, name: string): Directive | undefined {
  const wanted = name.toLowerCase()
  return inForce(scope, 'proxy_set_header').find(({ args }) => args[0]?.value.toLowerCase() === wanted)
}

/** Sets a header for the upstream beside those in force: one on a new level would end the others. */
export function setRequestHeader(scope: Scope, name: string, value: string): MaybeRepair {
  return addLines(scope, [`proxy_set_header ${name} ${value};`])
}

/** Sends none of these headers upstream. */
export function clearHeaders(scope: Scope, names: readonly string[]): MaybeRepair {
  return addLines(
    scope,
    names.map((name) => `proxy_set_header ${name} "";`),
  )
}

function addLines(scope: Scope, lines: readonly string[]): MaybeRepair {
  const beside = inForce(scope, 'proxy_set_header').at(-1)
  return beside === undefined ? insertInto(scope.directive, ...lines) : insertAfter(beside, ...lines)
}

/** Places where a header is missing, one for each list of headers in force, so that one line is not reported ten times. */
export function withoutHeader(stack: Stack, name: string): readonly Passing[] {
  const seen = new Set<unknown>()
  return passingScopes(stack).filter(({ scope }) => {
    const key = inForce(scope, 'proxy_set_header')[0]?.at ?? scope.directive
    if (requestHeader(scope, name) !== undefined || seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** `header_up` of Caddy's `reverse_proxy` in sites that clients reach: name with its `+` or `-`, and value. */
export function headersUp(
  stack: Stack,
): readonly { readonly directive: Directive; readonly name: string; readonly value: string }[] {
  return caddySitesOf(stack)
    .filter(({ outer, behind }) => outer && !behind)
    .flatMap(({ site }) =>
      [...walk(site.directives)]
        .filter(({ name }) => name === 'header_up')
        .map((directive) => ({
          directive,
          name: directive.args[0]?.value ?? '',
          value: directive.args[1]?.value ?? '',
        })),
    )
}

/** Directives of these names anywhere in the sites of Caddy; one of a snippet that several import only once. */
export function* caddyDirectives(
  stack: Stack,
  ...names: readonly string[]
): Generator<{ directive: Directive; site: CaddyHost }> {
  const places = new Set<Directive['at']>()
  for (const site of caddySitesOf(stack))
    for (const directive of walk(site.site.directives)) {
      if (!names.includes(directive.name) || places.has(directive.at)) continue
      places.add(directive.at)
      yield { directive, site }
    }
}

/** Directives of one name anywhere in the configurations of nginx, each place once. */
export function* nginxDirectives(stack: Stack, name: string): Generator<{ directive: Directive; site: NginxSite }> {
  const levels = new Set<Scope>()
  const places = new Set<Directive['at']>()
  for (const site of nginxSitesOf(stack))
    for (const level of [
      ...scopesOf(site.scope, 'server', 'location', 'if', 'limit_except'),
      ...ancestors(site.scope),
    ]) {
      if (levels.has(level)) continue
      levels.add(level)
      for (const directive of level.own.get(name) ?? []) {
        if (places.has(directive.at)) continue
        places.add(directive.at)
        yield { directive, site }
      }
    }
}

function ancestors(scope: Scope): readonly Scope[] {
  return scope.parent === undefined ? [] : [scope.parent, ...ancestors(scope.parent)]
}
