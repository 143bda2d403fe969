import { inForce, type Scope } from '../../readers/nginx/scope.ts'
import type { NginxFile } from '../../readers/nginx/types.ts'
import type { Rule } from '../rule.ts'
import { isPathGuarded } from './guarded.ts'
import { locationFor } from './nginx-location.ts'
import { mapsOf } from './nginx-maps.ts'
import { hasProxy, type Site, sitesOf } from './site.ts'

const COMPOSE = 'services:\n  app:\n    image: loomio/loomio:stable\n'

export const signupOpen = {
  id: 'proxy.signup-open',
  severity: 'low',
  title: 'Strangers reach the registration of accounts',
  looksFor:
    "The application's registration paths, from its profile, at sites that clients reach: are they refused or limited?",
  why: 'On a private instance a stranger with an account is inside. Not every application has a switch that closes its registration.',
  fix: 'Refuse these paths at the proxy when people are invited by somebody else, and use the switch of the application where it has one. When everybody may register, this finding can be waived.',
  bad: {
    'compose.yaml': COMPOSE,
    'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  good: {
    'compose.yaml': COMPOSE,
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location = /api/v1/registrations { return 403; }\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  applies: (stack) => hasProxy(stack) && (stack.profile.paths.signup ?? []).length > 0,
  check(stack, report) {
    for (const site of sitesOf(stack)) {
      if (!site.outer || !site.serving) continue
      const open = (stack.profile.paths.signup ?? []).filter(
        (path) => !isPathGuarded(site, path) && !looksAtAction(site, path),
      )
      if (open.length === 0) continue
      const observed = `${site.name}: open to everybody: ${open.join(', ')}`
      report({ at: site.at, observed, expected: 'refused, unless everybody may register' })
    }
  },
} satisfies Rule

/**
 * Inventaire decides by `action` what its one path of accounts does, so that the path itself must stay open: an `if`
 * that refuses by the query (or by a `map` of it) is a guard there.
 */
function looksAtAction(site: Site, path: string): boolean {
  if (site.kind !== 'nginx') return false
  const variables = ['$arg_action', '$args', '$query_string', ...mappedFromQuery(site.file)]
  const scopes: readonly Scope[] = [locationFor(site.scope, path), site.scope]
  return scopes.some((scope) =>
    scope.children.some(
      (child) =>
        child.kind === 'if' &&
        inForce(child, 'return').some(({ args }) => /^4/.test(args[0]?.value ?? '')) &&
        child.directive!.args.some(({ value }) => variables.some((variable) => value.includes(variable))),
    ),
  )
}

function mappedFromQuery(file: NginxFile): readonly string[] {
  const fromQuery = mapsOf(file).filter(({ from }) => /\$arg_action|\$args|\$query_string|\$request_uri/.test(from))
  return fromQuery.map(({ to }) => to)
}
