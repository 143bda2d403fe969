import { rootScope, scopesOf } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { facesClients } from './exposure.ts'
import { hasNginx } from './site.ts'

const CHOSEN =
  /\$(?:http_|arg_|cookie_|proxy_add_x_forwarded_for|args\b|query_string\b|request_uri\b|uri\b|host\b|request_id\b)/

export const rateLimitKey = {
  id: 'proxy.rate-limit-key',
  severity: 'high',
  title: 'A client can pick the bucket that its requests are counted in',
  looksFor: '`limit_req_zone` and `limit_conn_zone` whose key is made of something that the client sends.',
  why: 'A new value with each request starts a new count, so the limit never ends a series of guesses.',
  fix: 'Count by `$binary_remote_addr`. Behind another proxy name that one with `set_real_ip_from`, and the same variable holds the client.',
  bad: {
    'conf.d/site.conf':
      'limit_req_zone $http_x_forwarded_for zone=login:10m rate=5r/m;\nserver {\n    listen 443 ssl;\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;\nserver {\n    listen 443 ssl;\n}\n',
  },
  applies: hasNginx,
  check(stack, report) {
    for (const file of stack.nginx) {
      if (!facesClients(stack, file.path)) continue
      for (const http of scopesOf(rootScope(file), 'http', 'main'))
        for (const name of ['limit_req_zone', 'limit_conn_zone'])
          for (const directive of http.own.get(name) ?? []) {
            const key = directive.args[0]?.value ?? ''
            if (!CHOSEN.test(key)) continue
            report({ at: directive.at, observed: `counted by ${key}`, expected: '$binary_remote_addr' })
          }
    }
  },
} satisfies Rule
