import type { Directive } from '../../readers/directive.ts'
import { scopesOf } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { locationOf } from './nginx-location.ts'
import type { MaybeRepair } from './repair.ts'
import { hasNginx, nginxSitesOf } from './site.ts'

export const aliasTraversal = {
  id: 'proxy.alias-traversal',
  severity: 'high',
  title: 'Files beside the served folder can be fetched',
  looksFor: 'A location of nginx without a slash at its end whose `alias` has one.',
  why: 'With `location /media` and `alias /srv/media/` the path /media../.env becomes /srv/media/../.env: everything in the folder above is readable by anybody.',
  fix: 'End the location with a slash, too: `location /media/`.',
  bad: {
    'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location /media {\n        alias /srv/media/;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location /media/ {\n        alias /srv/media/;\n    }\n}\n',
  },
  applies: hasNginx,
  check(stack, report) {
    const seen = new Set<unknown>()
    for (const { scope: server } of nginxSitesOf(stack))
      for (const scope of scopesOf(server, 'location')) {
        const { modifier, pattern } = locationOf(scope)
        const alias = scope.own.get('alias')?.at(-1)
        const folder = alias?.args[0]?.value ?? ''
        if (!/^(?:|\^~)$/.test(modifier) || pattern.endsWith('/') || !folder.endsWith('/') || alias === undefined)
          continue
        if (seen.has(alias.at)) continue
        seen.add(alias.at)
        report({
          at: scope.directive!.at,
          observed: `location ${pattern} with alias ${folder}`,
          expected: `location ${pattern}/`,
          ...withSlash(scope.directive!, modifier, pattern),
        })
      }
  },
} satisfies Rule

function withSlash({ lines, path }: Directive, modifier: string, pattern: string): MaybeRepair {
  if (lines === undefined || lines.first !== lines.last || /[\s"'\\;{]/.test(pattern)) return {}
  const insert = [`${lines.indent}location ${modifier === '' ? '' : `${modifier} `}${pattern}/ {`]
  return { repair: { kind: 'text', file: path, line: lines.first, remove: 1, insert } }
}
