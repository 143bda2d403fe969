import type { Rule } from '../rule.ts'
import { hasProxy } from './site.ts'
import { isPublicHost, upstreamsOf } from './upstream.ts'

export const publicUpstream = {
  id: 'proxy.public-upstream',
  severity: 'medium',
  title: 'Requests are passed on in plain text over the internet',
  looksFor: '`proxy_pass http://` and `reverse_proxy` to a public address or a full public host name, without TLS.',
  why: 'The visitor sees a lock, but behind the proxy everything crosses foreign networks readable and changeable.',
  fix: 'Use https:// with the certificate verified, or a tunnel such as WireGuard.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_pass http://backend.example.net:8080;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const seen = new Set<unknown>()
    for (const { at, tls, host } of upstreamsOf(stack)) {
      if (tls || seen.has(at) || !isPublicHost(host)) continue
      seen.add(at)
      const byAddress = /^[\d.]+$|:/.test(host)
      report({
        at,
        severity: byAddress ? 'high' : 'medium',
        observed: `plain HTTP to ${host.slice(0, 100)}`,
        expected: 'https:// with proxy_ssl_verify on, or an address of a private network',
      })
    }
  },
} satisfies Rule
