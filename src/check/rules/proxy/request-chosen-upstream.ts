import { walk } from '../../readers/directive.ts'
import { type Scope, scopesOf } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { caddySitesOf, hasProxy, nginxSitesOf } from './site.ts'

/** Variables that hold what the client sent. `$uri` and `$request_uri` begin with a slash, so they can't be a host. */
const CHOSEN = /^(?:arg_\w+|http_\w+|cookie_\w+|args|query_string|host|http_host|is_args|\d)$/
const CADDY_CHOSEN = /\{(?:http\.request\.)?(?:uri\.query|query|header|cookie|host|hostport|labels|http\.regexp|re)[.}]/

export const requestChosenUpstream = {
  id: 'proxy.request-chosen-upstream',
  severity: 'high',
  title: 'A client can choose which server the proxy asks',
  looksFor:
    '`proxy_pass` and `reverse_proxy` whose host is made of something that the client sends: a query value, a header, the host, or a part of the path.',
  why: 'The proxy then fetches anything that it can reach itself: databases, administration pages, the metadata service of a cloud.',
  fix: 'Name the upstream. When there must be a choice, use a `map` from known names to known upstreams.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location ~ ^/fetch/(.+)$ {\n        proxy_pass http://$1;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location ~ ^/fetch/(.+)$ {\n        set $app app:3000;\n        proxy_pass http://$app/$1;\n    }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const expected = 'an upstream with a fixed name'
    for (const { scope: server } of nginxSitesOf(stack))
      for (const scope of scopesOf(server, 'location', 'if', 'limit_except'))
        for (const directive of scope.own.get('proxy_pass') ?? []) {
          const variable = chosenIn(scope, hostPart(directive.args[0]?.value ?? ''))
          if (variable !== undefined)
            report({ at: directive.at, observed: `the host of the upstream is made of $${variable}`, expected })
        }
    for (const { site } of caddySitesOf(stack))
      for (const directive of walk(site.directives)) {
        const chosen =
          directive.name === 'reverse_proxy' && directive.args.find(({ value }) => CADDY_CHOSEN.test(value))
        if (chosen) report({ at: chosen.at, observed: 'the host of the upstream comes from the request', expected })
      }
  },
} satisfies Rule

/** From behind the scheme to the first slash, or to a variable that begins with one. */
export function hostPart(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/(?:\/|\$\{?(?:request_)?uri\b|\$\{?document_uri\b).*$/, '')
}

/** The first variable in a text that holds what the client sent, looking through `set`, but not further than 10 steps. */
function chosenIn(scope: Scope, text: string, steps = 10): string | undefined {
  for (const match of text.matchAll(/\$\{?(\w+)\}?/g)) {
    const name = match[1]!
    if (CHOSEN.test(name) || isCaptured(scope, name)) return name
    const value = steps > 0 ? setValue(scope, name) : undefined
    if (value !== undefined && chosenIn(scope, value, steps - 1) !== undefined) return name
  }
  return undefined
}

/** A named group of the expression of a location or `if` around. */
function isCaptured(scope: Scope, name: string): boolean {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent)
    if (level.kind !== 'server' && level.directive?.args.some(({ value }) => value.includes(`?<${name}>`))) return true
  return false
}

function setValue(scope: Scope, name: string): string | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent)
    for (const { args } of level.own.get('set') ?? []) if (args[0]?.value === `$${name}`) return args[1]?.value
  return undefined
}
