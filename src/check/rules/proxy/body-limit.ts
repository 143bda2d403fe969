import { walk } from '../../readers/directive.ts'
import type { Report, Rule } from '../rule.ts'
import { nginxDirectives } from './forwarded.ts'
import { replaceWith } from './repair.ts'
import { caddySitesOf, hasProxy } from './site.ts'

const LARGE = 1024 ** 3
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

export const bodyLimit = {
  id: 'proxy.body-limit',
  severity: 'medium',
  title: 'A request may be of any size',
  looksFor:
    '`client_max_body_size` in nginx that is 0 or a gigabyte and more (1 MB holds when it is not set), and sites of Caddy without `request_body { max_size }`.',
  why: 'A few large uploads fill disk or memory, and the application stops for everybody.',
  fix: 'Allow what your uploads need, such as 100 MB, and only on the paths that take uploads.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    client_max_body_size 0;\n}\n' },
  good: { Caddyfile: 'app.example.org {\n\trequest_body {\n\t\tmax_size 100MB\n\t}\n\treverse_proxy app:3000\n}\n' },
  applies: hasProxy,
  check(stack, report) {
    for (const { directive, site } of nginxDirectives(stack, 'client_max_body_size'))
      if (site.outer) checkSize(directive, report)
    for (const { site, outer, name } of caddySitesOf(stack)) {
      const all = [...walk(site.directives)]
      const proxy = all.find((directive) => directive.name === 'reverse_proxy')
      const limited = all.some((directive) => directive.name === 'max_size' || directive.name === 'request_body')
      if (!outer || proxy === undefined || limited) continue
      const { openLine, path } = site
      const insert = ['\trequest_body {', '\t\tmax_size 100MB', '\t}']
      report({
        at: site.at,
        observed: `${name}: no limit`,
        expected: 'request_body with max_size, such as 100MB',
        ...(openLine === undefined
          ? {}
          : { repair: { kind: 'text', file: path, line: openLine + 1, remove: 0, insert } }),
      })
    }
  },
} satisfies Rule

function checkSize(directive: Parameters<typeof replaceWith>[0], report: Report): void {
  const text = directive.args[0]?.value ?? ''
  const match = /^(\d+)([kmg]?)$/i.exec(text)
  if (match === null) return
  const bytes = Number(match[1]) * UNITS[match[2]!.toLowerCase()]!
  const expected = 'what uploads need, such as 100m'
  if (bytes === 0)
    report({
      at: directive.at,
      observed: '0, which means no limit',
      expected,
      ...replaceWith(directive, 'client_max_body_size 100m;'),
    })
  else if (bytes >= LARGE)
    report({ at: directive.at, severity: 'low', observed: text, expected, title: 'A request may be very large' })
}
