import type { Directive } from '../../readers/directive.ts'
import { setting } from '../../readers/nginx/scope.ts'
import type { Report, Rule } from '../rule.ts'
import { caddyDirectives } from './forwarded.ts'
import { insertInto, replaceWith } from './repair.ts'
import { hasProxy, type NginxSite, nginxSitesOf } from './site.ts'

const OLD = /^(?:SSLv[23]|TLSv1(?:\.[01])?|tls1\.[01])$/i
const WANTED = 'TLSv1.2 and TLSv1.3'

/** RFC 8996 retires TLS 1.0 and 1.1; RFC 7568 SSL 3. */
export const tlsVersion = {
  id: 'proxy.tls-version',
  severity: 'high',
  title: 'The proxy accepts outdated TLS versions',
  looksFor: '`ssl_protocols` in nginx and `protocols` in Caddy: SSL 2, SSL 3, TLS 1.0 and TLS 1.1.',
  why: 'These versions are broken or retired. Somebody on the way can push a connection down to them and then read or change it.',
  fix: 'Write `ssl_protocols TLSv1.2 TLSv1.3;` once at the level of `http`, and take the line out everywhere else.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    server_name app.example.org;\n    ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    server_name app.example.org;\n    ssl_protocols TLSv1.2 TLSv1.3;\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const seen = new Set<Directive['at']>()
    for (const site of nginxSitesOf(stack)) if (site.tls) checkNginx(site, seen, report)
    for (const { directive } of caddyDirectives(stack, 'protocols'))
      if (directive.args.some(({ value }) => OLD.test(value)))
        report({
          at: directive.at,
          observed: listed(directive),
          expected: 'tls1.2 and tls1.3',
          ...replaceWith(directive, 'protocols tls1.2 tls1.3'),
        })
  },
} satisfies Rule

function checkNginx(site: NginxSite, seen: Set<Directive['at']>, report: Report): void {
  const directive = setting(site.scope, 'ssl_protocols')
  if (directive === undefined) {
    report({
      at: site.at,
      severity: 'medium',
      title: 'The proxy does not say which TLS versions it accepts',
      observed: `${site.name}: no ssl_protocols; nginx before 1.27.3 then takes TLS 1.0 and 1.1, too`,
      expected: WANTED,
      ...insertInto(site.scope.directive, 'ssl_protocols TLSv1.2 TLSv1.3;'),
    })
  } else if (!seen.has(directive.at) && directive.args.some(({ value }) => OLD.test(value))) {
    seen.add(directive.at)
    report({
      at: directive.at,
      observed: listed(directive),
      expected: WANTED,
      ...replaceWith(directive, 'ssl_protocols TLSv1.2 TLSv1.3;'),
    })
  }
}

function listed({ args }: Directive): string {
  return `accepted: ${args.map(({ value }) => value).join(', ')}`
}
