import { walk } from '../../readers/directive.ts'
import { inForce } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { locationFor } from './nginx-location.ts'
import { hasProxy, type Site, sitesOf } from './site.ts'

/** For applications that are not known. */
const USUAL = ['/login']

export const loginRateLimit = {
  id: 'proxy.login-rate-limit',
  severity: 'medium',
  title: 'Passwords can be guessed as fast as the server answers',
  looksFor:
    "The application's login paths at a site that clients reach: does a `limit_req` (nginx) or `rate_limit` (Caddy) hold for them?",
  why: 'Few applications limit logins by address, and codes of six digits are guessed within hours.',
  fix: 'Give the login paths a location with a limit of a few requests a minute by address.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location / { proxy_pass http://app:3000; }\n}\n' },
  good: {
    'conf.d/site.conf':
      'limit_req_zone $binary_remote_addr zone=login:10m rate=10r/m;\nserver {\n    listen 443 ssl;\n    limit_req zone=login burst=10 nodelay;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const known = stack.profile.paths.login ?? []
    const paths = known.length > 0 ? known : USUAL
    for (const site of sitesOf(stack)) {
      if (!site.outer || site.behind || !site.serving) continue
      const open = paths.filter((path) => !isLimited(site, path))
      if (open.length === 0) continue
      const observed = `${site.name}: no limit on ${open.slice(0, 5).join(', ')}${open.length > 5 ? ' and others' : ''}`
      report({ at: site.at, observed, expected: 'a few requests a minute by address' })
    }
  },
} satisfies Rule

function isLimited(site: Site, path: string): boolean {
  if (site.kind === 'caddy') return [...walk(site.site.directives)].some(({ name }) => name === 'rate_limit')
  return inForce(locationFor(site.scope, path), 'limit_req').length > 0
}
