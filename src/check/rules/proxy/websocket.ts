import { settingText } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { requestHeader } from './forwarded.ts'
import { locationFor } from './nginx-location.ts'
import { hasNginx, nginxSitesOf } from './site.ts'

const COMPOSE = 'services:\n  app:\n    image: loomio/loomio:stable\n'

export const websocket = {
  id: 'proxy.websocket',
  severity: 'low',
  title: 'WebSockets of the application do not get through the proxy',
  looksFor: "The application's WebSocket paths in nginx: do they pass `Upgrade` and `Connection` on over HTTP/1.1?",
  why: 'Live updates then fail, and applications fall back to asking again and again, which runs into limits on requests.',
  fix: 'In that location: `proxy_http_version 1.1;`, `proxy_set_header Upgrade $http_upgrade;` and `proxy_set_header Connection "upgrade";`.',
  bad: {
    'compose.yaml': COMPOSE,
    'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  good: {
    'compose.yaml': COMPOSE,
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection "upgrade";\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  applies: (stack) => hasNginx(stack) && (stack.profile.paths.websocket ?? []).length > 0,
  check(stack, report) {
    const sites = nginxSitesOf(stack).filter(
      ({ serving, scope }) => serving && locationFor(scope, '/').own.has('proxy_pass'),
    )
    for (const path of stack.profile.paths.websocket ?? []) {
      // Sockets may have a host name of their own: one site that lets them through is enough.
      const scopes = sites.map((site) => locationFor(site.scope, path))
      const passes = scopes.some(
        (scope) =>
          requestHeader(scope, 'Upgrade') !== undefined &&
          /^[1-9]\.[1-9]|^2/.test(settingText(scope, 'proxy_http_version', '1.0')),
      )
      const first = sites[0]
      if (passes || first === undefined) continue
      report({
        at: first.at,
        observed: `${path} is passed on without Upgrade, or over HTTP/1.0`,
        expected: 'Upgrade and Connection over HTTP/1.1',
      })
    }
  },
} satisfies Rule
