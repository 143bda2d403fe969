import type { Directive } from '../../readers/directive.ts'
import { walk } from '../../readers/directive.ts'
import { inForce, type Scope } from '../../readers/nginx/scope.ts'
import type { Stack } from '../../stack.ts'
import type { Report } from '../rule.ts'
import { contentScopes } from './nginx-content.ts'
import { insertAfter, insertInto, type MaybeRepair } from './repair.ts'
import { type CaddyHost, type Site, sitesOf } from './site.ts'

/** A response header that a site sets. */
export interface SetHeader {
  readonly value: string
  readonly directive: Directive
  /** On error pages, too. */
  readonly always: boolean
}

/** The header of this name on what the site hands out, or undefined when some of its content goes without. */
export function headerOf(site: Site, name: string): SetHeader | undefined {
  if (site.kind === 'caddy') return caddyHeader(site, name)
  const own = nginxHeader(site.scope, name)
  if (own !== undefined) return own
  const each = contentScopes(site.scope).map((scope) => nginxHeader(scope, name))
  return each.every((header) => header !== undefined) ? each[0] : undefined
}

/** The header of this name that is in force in a scope of nginx. */
export function nginxHeader(scope: Scope, name: string): SetHeader | undefined {
  const wanted = name.toLowerCase()
  for (const directive of inForce(scope, 'add_header')) {
    const [header, value, always] = directive.args.map((arg) => arg.value)
    if (header?.toLowerCase() === wanted) return { value: value ?? '', directive, always: always === 'always' }
  }
  // Of the headers-more module: `more_set_headers "Name: value"`, always sent unless limited by -s or -t.
  for (const directive of inForce(scope, 'more_set_headers'))
    for (const { value } of directive.args)
      if (value.toLowerCase().startsWith(`${wanted}:`))
        return { value: value.slice(wanted.length + 1).trim(), directive, always: true }
  return undefined
}

function caddyHeader({ site }: CaddyHost, name: string): SetHeader | undefined {
  const wanted = name.toLowerCase()
  for (const directive of walk(site.directives)) {
    if (directive.name !== 'header' && directive.name !== 'header_down') continue
    for (const [header, value] of caddyFields(directive))
      if (header.replace(/^[+?>]/, '').toLowerCase() === wanted) return { value, directive, always: true }
  }
  return undefined
}

/** Names and values of a `header` directive, in one line or in a block; a name keeps its `-`, `+`, `?` or `>`. */
export function caddyFields(directive: Directive): readonly (readonly [string, string])[] {
  const words = directive.args.map(({ value }) => value)
  const line = directive.name === 'header' && /^[@/*]/.test(words[0] ?? '') ? words.slice(1) : words
  const inBlock = (directive.block ?? []).map(({ name, args }) => [name, args[0]?.value ?? ''] as const)
  return line[0] === undefined ? inBlock : [[line[0], line[1] ?? ''], ...inBlock]
}

/** Puts a header in where it takes effect. In nginx that is beside those in force: one on a new level ends the others. */
export function addHeader(site: Site, name: string, value: string): MaybeRepair {
  if (site.kind === 'caddy') {
    const { openLine, path } = site.site
    if (openLine === undefined) return {}
    return {
      repair: { kind: 'text', file: path, line: openLine + 1, remove: 0, insert: [`\theader ${name} "${value}"`] },
    }
  }
  const text = `add_header ${name} "${value}" always;`
  const beside = inForce(site.scope, 'add_header').at(-1)
  return beside === undefined ? insertInto(site.scope.directive, text) : insertAfter(beside, text)
}

export interface Wanted {
  readonly name: string
  readonly value: string
  /** Another way in which the site does the same. */
  readonly or?: (site: Site) => boolean
}

/** Reports each site that faces clients, hands out content and does not send the header. */
export function reportMissing(stack: Stack, report: Report, wanted: Wanted): void {
  for (const site of sitesOf(stack)) {
    if (!site.outer || !site.serving || headerOf(site, wanted.name) !== undefined || wanted.or?.(site)) continue
    report({
      at: site.at,
      observed: `${site.name}: no ${wanted.name} header`,
      expected: `${wanted.name}: ${wanted.value}`,
      ...addHeader(site, wanted.name, wanted.value),
    })
  }
}
