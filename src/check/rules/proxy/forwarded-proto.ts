import type { Rule } from '../rule.ts'
import { headersUp, passingScopes, requestHeader, setRequestHeader, withoutHeader } from './forwarded.ts'
import { replaceWith } from './repair.ts'
import { hasProxy } from './site.ts'

export const forwardedProto = {
  id: 'proxy.forwarded-proto',
  severity: 'medium',
  title: 'The application is not told that the connection is encrypted',
  looksFor: 'X-Forwarded-Proto for the upstream at the outermost proxy: not set, or copied from the request.',
  why: 'The application then leaves Secure off its cookies and writes links with http://, or believes what a client claims.',
  fix: 'Write `proxy_set_header X-Forwarded-Proto $scheme;` beside the other headers for the upstream. Caddy sets it by itself.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_set_header X-Forwarded-Proto $scheme;\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const name = 'X-Forwarded-Proto'
    const expected = '$scheme'
    for (const { scope } of withoutHeader(stack, name)) {
      const at = scope.own.get('proxy_pass')![0]!.at
      report({ at, observed: `${name} is not set`, expected, ...setRequestHeader(scope, name, '$scheme') })
    }
    const seen = new Set<unknown>()
    for (const { scope } of passingScopes(stack)) {
      const directive = requestHeader(scope, name)
      if (directive === undefined || seen.has(directive.at) || !/\$http_/.test(directive.args[1]?.value ?? '')) continue
      seen.add(directive.at)
      const repair = replaceWith(directive, `proxy_set_header ${name} $scheme;`)
      report({ at: directive.at, observed: `${name} is copied from the request`, expected, ...repair })
    }
    for (const { directive, name: header, value } of headersUp(stack))
      if (/^\+?x-forwarded-proto$/i.test(header) && /header\.x-forwarded-proto\}/i.test(value))
        report({
          at: directive.at,
          observed: `${name} is copied from the request`,
          expected: '{scheme}',
          ...replaceWith(directive),
        })
  },
} satisfies Rule
