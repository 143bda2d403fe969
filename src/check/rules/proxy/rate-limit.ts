import { walk } from '../../readers/directive.ts'
import { scopesOf, settingText } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { hasProxy, type Site, sitesOf } from './site.ts'

export const rateLimit = {
  id: 'proxy.rate-limit',
  severity: 'medium',
  title: 'Nothing limits how many requests a client may send',
  looksFor:
    'Sites that clients reach without `limit_req` (nginx) or `rate_limit` (a module of Caddy) that is in force.',
  why: 'One client can guess passwords, copy all content or keep the application busy for everybody else.',
  fix: 'In nginx: `limit_req_zone $binary_remote_addr zone=site:10m rate=10r/s;` at the level of `http`, and `limit_req zone=site burst=20 nodelay;` in the server. Caddy has no limit of its own: add the module `rate_limit`, or let Castellan stand before it.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location / { proxy_pass http://app:3000; }\n}\n' },
  good: {
    'conf.d/site.conf':
      'limit_req_zone $binary_remote_addr zone=site:10m rate=10r/s;\nserver {\n    listen 443 ssl;\n    limit_req zone=site burst=20 nodelay;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    for (const site of sitesOf(stack)) {
      if (!site.outer || site.behind || !site.serving) continue
      const state = limitOf(site)
      if (state === 'on') continue
      const observed =
        state === 'dry'
          ? `${site.name}: limit_req_dry_run is on, so nothing is refused`
          : `${site.name}: no limit on requests`
      report({ at: site.at, observed, expected: 'a limit by address, such as 10 requests a second with a burst of 20' })
    }
  },
} satisfies Rule

function limitOf(site: Site): 'on' | 'dry' | 'none' {
  if (site.kind === 'caddy')
    return [...walk(site.site.directives)].some(({ name }) => name === 'rate_limit') ? 'on' : 'none'
  const levels = [...scopesOf(site.scope, 'server', 'location')]
  const limited = levels.some(({ own }) => own.has('limit_req')) || site.scope.parent?.own.has('limit_req') === true
  if (!limited) return 'none'
  return settingText(site.scope, 'limit_req_dry_run', 'off') === 'on' ? 'dry' : 'on'
}
