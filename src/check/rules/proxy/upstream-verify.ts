import { settingText } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { caddyDirectives } from './forwarded.ts'
import { hasProxy } from './site.ts'
import { isPublicHost, upstreamsOf } from './upstream.ts'

export const upstreamVerify = {
  id: 'proxy.upstream-verify',
  severity: 'medium',
  title: 'The proxy does not check whom it talks to behind it',
  looksFor:
    'An upstream by https:// without `proxy_ssl_verify on` in nginx (off is its default), and `tls_insecure_skip_verify` in Caddy.',
  why: 'Anybody on the way between proxy and application can pass for the application and read what is sent.',
  fix: "In nginx: `proxy_ssl_verify on;` with `proxy_ssl_trusted_certificate` and `proxy_ssl_name`. In Caddy: `tls_trust_pool` with the upstream's authority.",
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_pass https://app:3443;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_ssl_verify on;\n        proxy_ssl_trusted_certificate /etc/nginx/upstream-ca.pem;\n        proxy_pass https://app:3443;\n    }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const expected = 'the certificate of the upstream is verified'
    const seen = new Set<unknown>()
    for (const { directive, tls, host, scope } of upstreamsOf(stack)) {
      if (!tls || scope === undefined || seen.has(directive.at)) continue
      const name = directive.name === 'grpc_pass' ? 'grpc_ssl_verify' : 'proxy_ssl_verify'
      if (settingText(scope, name, 'off') === 'on') continue
      seen.add(directive.at)
      report({
        at: directive.at,
        observed: `${name} is off`,
        expected,
        severity: isPublicHost(host) ? 'high' : 'medium',
      })
    }
    for (const { directive } of caddyDirectives(stack, 'tls_insecure_skip_verify'))
      report({ at: directive.at, observed: 'tls_insecure_skip_verify', expected })
  },
} satisfies Rule
