import { walk } from '../../readers/directive.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { replaceWith } from './repair.ts'
import { caddyFields, headerOf } from './response-header.ts'
import { caddySitesOf, hasProxy, type Site, sitesOf } from './site.ts'

const PROTECTIVE =
  /^(?:strict-transport-security|x-content-type-options|x-frame-options|content-security-policy|referrer-policy)$/i

export const hidesHeader = {
  id: 'proxy.hides-header',
  severity: 'medium',
  title: 'The proxy takes a security header of the application away',
  looksFor:
    '`proxy_hide_header` in nginx and `header -Name` in Caddy for a header that protects, with no new value set in its place.',
  why: 'The application protects its pages, and the proxy undoes it.',
  fix: 'Take the line out, or set the header to a value that is as strict.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_hide_header X-Frame-Options;\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    add_header X-Frame-Options DENY always;\n    location / {\n        proxy_hide_header X-Frame-Options;\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const seen = new Set<string>()
    for (const { site, name, directive } of hidden(stack)) {
      const key = `${directive.path}:${directive.at.line}:${name}`
      if (seen.has(key) || !PROTECTIVE.test(name) || headerOf(site, name) !== undefined) continue
      seen.add(key)
      const repair = directive.block === undefined ? replaceWith(directive) : {}
      report({
        at: directive.at,
        observed: `${name} is taken away`,
        expected: `${name} passes, or is set anew`,
        ...repair,
      })
    }
  },
} satisfies Rule

function* hidden(stack: Stack): Generator<{ site: Site; name: string; directive: Parameters<typeof replaceWith>[0] }> {
  for (const site of sitesOf(stack)) {
    if (site.kind !== 'nginx') continue
    for (const directive of walk(site.scope.directive!.block ?? []))
      if (directive.name === 'proxy_hide_header') yield { site, name: directive.args[0]?.value ?? '', directive }
  }
  for (const host of caddySitesOf(stack))
    for (const directive of walk(host.site.directives))
      if (directive.name === 'header' || directive.name === 'header_down')
        for (const [field] of caddyFields(directive))
          if (field.startsWith('-')) yield { site: host, name: field.slice(1), directive }
}
