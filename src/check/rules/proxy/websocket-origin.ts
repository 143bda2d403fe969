import { scopesOf } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { passingScopes, requestHeader } from './forwarded.ts'
import { mapsOf } from './nginx-maps.ts'
import { hasNginx, type NginxSite } from './site.ts'

export const websocketOrigin = {
  id: 'proxy.websocket-origin',
  severity: 'info',
  title: 'WebSockets are passed on whatever site opens them',
  looksFor: 'Locations of nginx that pass `Upgrade` on with nothing that looks at `$http_origin`.',
  why: "Browsers let any page open a WebSocket here with the visitor's cookies. Many applications check the origin themselves; files of the proxy don't show whether this one does.",
  fix: 'Refuse foreign origins: a `map` of `$http_origin`, and `if` with `return 403` in that location; or check it in the application.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location /cable {\n        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection "upgrade";\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'map $http_origin $foreign {\n    default 1;\n    "" 0;\n    https://app.example.org 0;\n}\nserver {\n    listen 443 ssl;\n    location /cable {\n        if ($foreign) { return 403; }\n        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection "upgrade";\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  applies: hasNginx,
  check(stack, report) {
    const seen = new Set<unknown>()
    for (const { scope, site } of passingScopes(stack)) {
      const upgrade = requestHeader(scope, 'Upgrade')
      if (upgrade === undefined || seen.has(upgrade.at)) continue
      if (looksAtOrigin(site)) continue
      seen.add(upgrade.at)
      report({
        at: upgrade.at,
        observed: 'passed on for every origin',
        expected: "the site's own origin, and 403 for others",
      })
    }
  },
} satisfies Rule

/** Does an `if` with a `return` ask for the origin, or for a variable that a `map` makes of it? */
function looksAtOrigin({ scope, file }: NginxSite): boolean {
  const mapped = mapsOf(file).filter(({ from }) => from.includes('$http_origin'))
  const variables = ['$http_origin', ...mapped.map(({ to }) => to)]
  return [...scopesOf(scope, 'if')].some(
    ({ own, directive }) =>
      own.has('return') && directive!.args.some(({ value }) => variables.some((variable) => value.includes(variable))),
  )
}
