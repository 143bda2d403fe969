import { setting } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { insertInto, replaceWith } from './repair.ts'
import { hasNginx, nginxSitesOf } from './site.ts'

export const sessionTickets = {
  id: 'proxy.session-tickets',
  severity: 'low',
  title: 'TLS session tickets are on',
  looksFor: '`ssl_session_tickets` in nginx, which is on unless it is turned off.',
  why: 'nginx keeps the key of its tickets until it is restarted. Whoever gets that key can read recorded connections of all that time.',
  fix: 'Write `ssl_session_tickets off;` beside `ssl_protocols`.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n}\n' },
  good: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    ssl_session_tickets off;\n}\n' },
  applies: hasNginx,
  check(stack, report) {
    const seen = new Set<unknown>()
    for (const site of nginxSitesOf(stack)) {
      const directive = setting(site.scope, 'ssl_session_tickets')
      if (!site.tls || directive?.args[0]?.value === 'off' || seen.has(directive?.at ?? site.at)) continue
      seen.add(directive?.at ?? site.at)
      const text = 'ssl_session_tickets off;'
      const repair = directive === undefined ? insertInto(site.scope.directive, text) : replaceWith(directive, text)
      const observed = directive === undefined ? `${site.name}: not set, which means on` : 'on'
      report({ at: directive?.at ?? site.at, observed, expected: 'off', ...repair })
    }
  },
} satisfies Rule
