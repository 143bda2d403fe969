import type { Rule } from '../rule.ts'
import { hasProxy, sitesOf } from './site.ts'

export const noTls = {
  id: 'proxy.no-tls',
  severity: 'high',
  title: 'The proxy speaks plain HTTP only',
  looksFor: 'A file of nginx or Caddy that hands out content to clients while none of its sites takes TLS.',
  why: 'Passwords, sessions and pages cross the network readable, and anybody on the way can change them.',
  fix: 'Get a certificate (Caddy does it by itself for a host name; for nginx there is certbot), listen on 443 with TLS, and redirect port 80 to it.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 80;\n    server_name app.example.org;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 80 default_server;\n    return 301 https://$host$request_uri;\n}\nserver {\n    listen 443 ssl;\n    server_name app.example.org;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const sites = sitesOf(stack).filter((site) => site.outer && !site.behind)
    if (sites.some((site) => site.tls)) return
    const first = sites.find((site) => site.serving)
    if (first === undefined) return
    report({
      at: first.at,
      observed: `${first.name} answers plain HTTP, and no site of the proxy takes TLS`,
      expected: 'TLS on port 443, and port 80 for the redirect only',
    })
  },
} satisfies Rule
