import { walk } from '../../readers/directive.ts'
import { setting } from '../../readers/nginx/scope.ts'
import type { Report, Rule } from '../rule.ts'
import { replaceWith } from './repair.ts'
import { caddySitesOf, hasProxy, nginxSitesOf } from './site.ts'

/** Names that no public authority gives a certificate for. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|lan|home|internal|test|home\.arpa)$|^\[?[\d.:a-f]+\]?$/i

export const internalCertificate = {
  id: 'proxy.internal-certificate',
  severity: 'medium',
  title: 'A public site has a certificate that no browser trusts',
  looksFor:
    "`tls internal`, `local_certs` and test authorities in Caddy, and the system's self-signed certificate in nginx.",
  why: 'People learn to click the warning away, and then they do so, too, when the warning is about an attacker.',
  fix: "Let Caddy or certbot get a certificate of a public authority (Let's Encrypt), or give your people the authority's certificate.",
  bad: { Caddyfile: 'app.example.org {\n\ttls internal\n\treverse_proxy app:3000\n}\n' },
  good: { Caddyfile: 'app.example.org {\n\treverse_proxy app:3000\n}\n' },
  applies: hasProxy,
  check(stack, report) {
    for (const { options } of stack.caddy) for (const directive of options) checkOption(directive, report)
    for (const { site } of caddySitesOf(stack)) {
      if (site.addresses.every(({ value }) => LOCAL_NAME.test(hostOf(value)))) continue
      for (const directive of walk(site.directives))
        if (directive.name === 'tls' && directive.args[0]?.value === 'internal')
          report({
            at: directive.at,
            observed: 'tls internal',
            expected: 'a certificate of a public authority',
            ...replaceWith(directive),
          })
    }
    for (const site of nginxSitesOf(stack)) {
      const certificate = setting(site.scope, 'ssl_certificate')
      if (
        site.tls &&
        /snakeoil|self-?signed/i.test(certificate?.args[0]?.value ?? '') &&
        certificate !== undefined &&
        site.serving
      )
        report({
          at: certificate.at,
          observed: 'the self-signed certificate of the system',
          expected: 'a certificate of a public authority',
        })
    }
  },
} satisfies Rule

function checkOption(directive: Parameters<typeof replaceWith>[0], report: Report): void {
  const authority = directive.name === 'acme_ca' ? (directive.args[0]?.value ?? '') : ''
  if (directive.name !== 'local_certs' && !/staging/.test(authority)) return
  const observed = directive.name === 'local_certs' ? 'local_certs' : 'the staging authority, made for tests'
  report({ at: directive.at, observed, expected: 'certificates of a public authority', ...replaceWith(directive) })
}

function hostOf(address: string): string {
  return address
    .replace(/^https?:\/\//, '')
    .replace(/:\d+$/, '')
    .replace(/\/.*$/, '')
}
