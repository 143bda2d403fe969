import type { Rule } from '../rule.ts'
import { redirectsPlain } from './nginx-content.ts'
import { hasProxy, type Site, sitesOf } from './site.ts'

export const httpsRedirect = {
  id: 'proxy.https-redirect',
  severity: 'high',
  title: 'Plain HTTP is answered with content in place of a redirect to HTTPS',
  looksFor: 'Sites that clients reach over plain HTTP and that hand out content there, beside others that take TLS.',
  why: 'A browser that comes by plain HTTP stays there: the password that is typed then crosses the network readable.',
  fix: 'In nginx give port 80 a server of its own with `return 301 https://$host$request_uri;`. In Caddy write the host name without `http://`, and it redirects by itself.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 80;\n    listen 443 ssl;\n    server_name app.example.org;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 80;\n    server_name app.example.org;\n    location /.well-known/acme-challenge/ { root /var/www/certbot; }\n    location / { return 301 https://$host$request_uri; }\n}\nserver {\n    listen 443 ssl;\n    server_name app.example.org;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const sites = sitesOf(stack).filter((site) => site.outer && !site.behind)
    // Without TLS anywhere there is nothing to redirect to: that is `proxy.no-tls`.
    if (!sites.some((site) => site.tls)) return
    for (const site of sites)
      if (site.plain && site.serving && !redirectsItself(site))
        report({
          at: site.at,
          observed: `${site.name} hands out content over plain HTTP`,
          expected: 'a redirect (301 or 308) to https:// for everything but /.well-known/acme-challenge/',
        })
  },
} satisfies Rule

function redirectsItself(site: Site): boolean {
  if (site.kind === 'nginx') return redirectsPlain(site.scope)
  return site.site.directives.some(
    ({ name, args }) => name === 'redir' && args.some(({ value }) => value.startsWith('https://')),
  )
}
