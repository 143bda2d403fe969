import { inForce } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { replaceWith } from './repair.ts'
import { caddySitesOf, hasProxy, nginxSitesOf } from './site.ts'

export const accessLog = {
  id: 'proxy.access-log',
  severity: 'medium',
  title: 'The proxy keeps no log of requests',
  looksFor: '`access_log off` for a whole site in nginx, and sites of Caddy without `log`.',
  why: 'After a break-in nobody can tell what was fetched, by whom and since when; and nothing can ban who attacks.',
  fix: 'nginx writes a log unless it is turned off. In Caddy add `log` to the site.',
  bad: { Caddyfile: 'app.example.org {\n\treverse_proxy app:3000\n}\n' },
  good: { Caddyfile: 'app.example.org {\n\tlog {\n\t\toutput stdout\n\t}\n\treverse_proxy app:3000\n}\n' },
  applies: hasProxy,
  check(stack, report) {
    const seen = new Set<unknown>()
    for (const { scope, serving, name } of nginxSitesOf(stack)) {
      const logs = inForce(scope, 'access_log')
      const off = logs.find(({ args }) => args[0]?.value === 'off')
      if (!serving || off === undefined || seen.has(off.at)) continue
      seen.add(off.at)
      report({
        at: off.at,
        observed: `${name}: access_log off`,
        expected: 'a log of all requests',
        ...replaceWith(off),
      })
    }
    for (const { site, serving, name } of caddySitesOf(stack)) {
      if (!serving || site.directives.some((directive) => directive.name === 'log')) continue
      const { openLine, path } = site
      report({
        at: site.at,
        observed: `${name}: no log of requests`,
        expected: 'log',
        ...(openLine === undefined
          ? {}
          : { repair: { kind: 'text', file: path, line: openLine + 1, remove: 0, insert: ['\tlog'] } }),
      })
    }
  },
} satisfies Rule
