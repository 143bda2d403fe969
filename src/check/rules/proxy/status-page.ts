import { walk } from '../../readers/directive.ts'
import { scopesOf } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { isGuarded, isPathGuarded } from './guarded.ts'
import { locationOf } from './nginx-location.ts'
import { insertInto } from './repair.ts'
import { hasProxy, sitesOf } from './site.ts'

export const statusPage = {
  id: 'proxy.status-page',
  severity: 'medium',
  title: 'Everybody can read the figures of the proxy',
  looksFor: '`stub_status` in nginx without allow and deny, and `metrics` in Caddy, at sites that clients reach.',
  why: 'The figures show how much the site is used and when, and tell an attacker whether an attack works.',
  fix: 'Allow the address of your monitoring and deny all others, or serve the page on 127.0.0.1 only.',
  bad: {
    'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location /nginx_status {\n        stub_status;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location /nginx_status {\n        stub_status;\n        allow 127.0.0.1;\n        deny all;\n    }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const expected = 'only for the address of your monitoring'
    for (const site of sitesOf(stack)) {
      if (!site.outer) continue
      if (site.kind === 'nginx') {
        for (const scope of scopesOf(site.scope, 'server', 'location'))
          if (scope.own.has('stub_status') && !isGuarded(scope))
            report({
              at: scope.own.get('stub_status')![0]!.at,
              observed: `${scope.kind === 'location' ? locationOf(scope).pattern : site.name} is open to everybody`,
              expected,
              ...insertInto(scope.directive, 'allow 127.0.0.1;', 'deny all;'),
            })
      } else
        for (const directive of walk(site.site.directives)) {
          const path = directive.args[0]?.value ?? '/metrics'
          if (directive.name === 'metrics' && !isPathGuarded(site, path))
            report({ at: directive.at, observed: `${site.name}: the metrics are open to everybody`, expected })
        }
    }
  },
} satisfies Rule
