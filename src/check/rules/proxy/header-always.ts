import type { Rule } from '../rule.ts'
import { replaceWith } from './repair.ts'
import { nginxHeader } from './response-header.ts'
import { hasNginx, nginxSitesOf } from './site.ts'

const NAMES = [
  'Strict-Transport-Security',
  'X-Content-Type-Options',
  'X-Frame-Options',
  'Content-Security-Policy',
  'Referrer-Policy',
]

export const headerAlways = {
  id: 'proxy.header-always',
  severity: 'low',
  title: 'Security headers are left out on error pages',
  looksFor: '`add_header` with a security header and without `always` in nginx.',
  why: 'Without `always` nginx adds headers to good answers only. Error pages, too, show text that a visitor sent.',
  fix: 'Write `always` at the end of each `add_header` that protects.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    add_header X-Frame-Options SAMEORIGIN;\n}\n' },
  good: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    add_header X-Frame-Options SAMEORIGIN always;\n}\n' },
  applies: hasNginx,
  check(stack, report) {
    const seen = new Set<unknown>()
    for (const { scope } of nginxSitesOf(stack))
      for (const name of NAMES) {
        const header = nginxHeader(scope, name)
        if (header === undefined || header.always || seen.has(header.directive.at)) continue
        seen.add(header.directive.at)
        const text = `add_header ${name} "${header.value.replace(/["\\]/g, '\\$&')}" always;`
        report({
          at: header.directive.at,
          observed: `${name} without always`,
          expected: 'always',
          ...replaceWith(header.directive, text),
        })
      }
  },
} satisfies Rule
