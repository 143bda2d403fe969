import type { Observation, Report, Rule } from '../rule.ts'
import { replaceWith } from './repair.ts'
import { addHeader, headerOf, type SetHeader } from './response-header.ts'
import { hasProxy, type Site, sitesOf } from './site.ts'

const NAME = 'Strict-Transport-Security'
const YEAR = 31_536_000
const WANTED = `max-age=${YEAR}; includeSubDomains`

/** RFC 6797. */
export const hsts = {
  id: 'proxy.hsts',
  severity: 'medium',
  title: 'Browsers are not told to stay with HTTPS',
  looksFor:
    'Sites with TLS that send no Strict-Transport-Security header, one for less than a year, or one without the subdomains.',
  why: 'The first request of a browser goes out by plain HTTP. Somebody in the same network can answer it and keep the browser away from HTTPS.',
  fix: `Send \`${NAME}: ${WANTED}\`. Begin with a short max-age when you are not sure that every subdomain has TLS.`,
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    server_name app.example.org;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  good: {
    'conf.d/site.conf': `server {\n    listen 443 ssl;\n    server_name app.example.org;\n    add_header ${NAME} "${WANTED}" always;\n    location / { proxy_pass http://app:3000; }\n}\n`,
  },
  applies: hasProxy,
  check(stack, report) {
    const seen = new Set<unknown>()
    for (const site of sitesOf(stack)) {
      if (!site.tls || !site.outer || !site.serving) continue
      const header = headerOf(site, NAME)
      if (header === undefined)
        report({
          at: site.at,
          observed: `${site.name}: no ${NAME} header`,
          expected: WANTED,
          ...addHeader(site, NAME, WANTED),
        })
      else if (!seen.has(header.directive.at)) {
        seen.add(header.directive.at)
        checkValue(site, header, report)
      }
    }
  },
} satisfies Rule

function checkValue(site: Site, { value, directive }: SetHeader, report: Report): void {
  const maxAge = Number(/max-age\s*=\s*"?(\d+)/i.exec(value)?.[1] ?? 0)
  const common: Observation = {
    at: directive.at,
    observed: value === '' ? 'an empty header' : value.slice(0, 200),
    expected: WANTED,
    ...(site.kind === 'nginx' && directive.name === 'add_header'
      ? replaceWith(directive, `add_header ${NAME} "${WANTED}" always;`)
      : {}),
  }
  if (maxAge < YEAR) report({ ...common, title: 'Browsers are told to stay with HTTPS for less than a year' })
  else if (!/includeSubDomains/i.test(value))
    report({ ...common, severity: 'low', title: 'Browsers are not told to stay with HTTPS on subdomains' })
}
