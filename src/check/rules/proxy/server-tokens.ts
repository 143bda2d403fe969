import { enclosing, type Scope, setting } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { insertBefore, insertInto, type MaybeRepair, replaceWith } from './repair.ts'
import { hasNginx, nginxSitesOf } from './site.ts'

export const serverTokens = {
  id: 'proxy.server-tokens',
  severity: 'low',
  title: 'nginx tells its version to everybody',
  looksFor: '`server_tokens`, which is on unless it is turned off.',
  why: 'Whoever looks for servers with a known hole finds this one by its version.',
  fix: 'Write `server_tokens off;` at the level of `http`.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    server_tokens on;\n}\n' },
  good: { 'conf.d/site.conf': 'server_tokens off;\nserver {\n    listen 443 ssl;\n}\n' },
  applies: hasNginx,
  check(stack, report) {
    const seen = new Set<unknown>()
    for (const site of nginxSitesOf(stack)) {
      const directive = setting(site.scope, 'server_tokens')
      const key = directive?.at ?? site.file
      if (!site.outer || (directive !== undefined && directive.args[0]?.value !== 'on') || seen.has(key)) continue
      seen.add(key)
      const text = 'server_tokens off;'
      const repair = directive === undefined ? inHttp(site.scope, text) : replaceWith(directive, text)
      const observed = directive === undefined ? 'not set, which means on' : 'on'
      report({ at: directive?.at ?? site.at, observed, expected: 'off', ...repair })
    }
  },
} satisfies Rule

/** At the level of `http`: into its block, or above the server in a file that is put into that block. */
function inHttp(server: Scope, text: string): MaybeRepair {
  const http = enclosing(server, 'http')?.directive
  return http === undefined ? insertBefore(server.directive, text) : insertInto(http, text)
}
