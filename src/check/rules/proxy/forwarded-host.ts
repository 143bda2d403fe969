import type { Rule } from '../rule.ts'
import { headersUp, passingScopes, requestHeader, setRequestHeader, withoutHeader } from './forwarded.ts'
import { replaceWith } from './repair.ts'
import { hasProxy } from './site.ts'

export const forwardedHost = {
  id: 'proxy.forwarded-host',
  severity: 'medium',
  title: "A client can choose the site's name that the application sees",
  looksFor:
    'X-Forwarded-Host for the upstream at the outermost proxy: copied from the request, or passed through as the client sent it.',
  why: 'Applications that believe it put the name into links of mails: a password reset then leads to a site of the attacker.',
  fix: 'Write `proxy_set_header X-Forwarded-Host $host;`, or `""` to send none. Caddy sets it by itself.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_set_header X-Forwarded-Host $http_x_forwarded_host;\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_set_header X-Forwarded-Host $host;\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const name = 'X-Forwarded-Host'
    const expected = '$host, or an empty value'
    const seen = new Set<unknown>()
    for (const { scope } of passingScopes(stack)) {
      const directive = requestHeader(scope, name)
      if (directive === undefined || seen.has(directive.at) || !/\$http_x_/.test(directive.args[1]?.value ?? ''))
        continue
      seen.add(directive.at)
      const repair = replaceWith(directive, `proxy_set_header ${name} $host;`)
      report({ at: directive.at, observed: `${name} is copied from the request`, expected, ...repair })
    }
    for (const { scope } of withoutHeader(stack, name))
      report({
        at: scope.own.get('proxy_pass')![0]!.at,
        severity: 'low',
        observed: `${name} is not set, so the client's own passes through`,
        expected,
        ...setRequestHeader(scope, name, '$host'),
      })
    for (const { directive, name: header, value } of headersUp(stack))
      if (/^\+?x-forwarded-host$/i.test(header) && /header\.x-forwarded-host\}/i.test(value))
        report({
          at: directive.at,
          observed: `${name} is copied from the request`,
          expected: '{host}',
          ...replaceWith(directive),
        })
  },
} satisfies Rule
