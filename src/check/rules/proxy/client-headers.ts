import { walk } from '../../readers/directive.ts'
import { inForce } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { clearHeaders, headersUp, passingScopes, requestHeader } from './forwarded.ts'
import { caddySitesOf, hasProxy } from './site.ts'

/** Names by which content networks tell the client's address; without such a network they come from the client. */
const NAMES = ['CF-Connecting-IP', 'True-Client-IP', 'Forwarded'] as const

export const clientHeaders = {
  id: 'proxy.client-headers',
  severity: 'low',
  title: 'Headers of a network that is not in use pass through from clients',
  looksFor:
    'CF-Connecting-IP, True-Client-IP and Forwarded at the outermost proxy: taken out before a request goes on?',
  why: 'Some applications (Loomio, for one) believe CF-Connecting-IP before anything else. A client that sends it picks its own address for limits and logs.',
  fix: 'Set each to nothing: `proxy_set_header CF-Connecting-IP "";` in nginx, `header_up -CF-Connecting-IP` in Caddy.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_set_header X-Forwarded-For $remote_addr;\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_set_header CF-Connecting-IP "";\n        proxy_set_header True-Client-IP "";\n        proxy_set_header Forwarded "";\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const expected = 'taken out, as no such network stands before this proxy'
    const seen = new Set<unknown>()
    for (const { scope } of passingScopes(stack)) {
      const missing = NAMES.filter((name) => requestHeader(scope, name) === undefined)
      const key = inForce(scope, 'proxy_set_header')[0]?.at ?? scope.directive
      if (missing.length === 0 || seen.has(key)) continue
      seen.add(key)
      const observed = `passed on as the client sends them: ${missing.join(', ')}`
      const at = scope.own.get('proxy_pass')![0]!.at
      report({ at, observed, expected, ...clearHeaders(scope, missing) })
    }
    const removed = new Set(headersUp(stack).map(({ name }) => name.toLowerCase()))
    const missing = NAMES.filter((name) => !removed.has(`-${name.toLowerCase()}`) && !removed.has(name.toLowerCase()))
    for (const { site, outer, behind } of caddySitesOf(stack)) {
      const proxy = [...walk(site.directives)].find(({ name }) => name === 'reverse_proxy')
      if (!outer || behind || proxy === undefined || missing.length === 0) continue
      report({ at: proxy.at, observed: `passed on as the client sends them: ${missing.join(', ')}`, expected })
    }
  },
} satisfies Rule
