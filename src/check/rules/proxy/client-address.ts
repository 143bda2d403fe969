import type { Rule } from '../rule.ts'
import { headersUp, passingScopes, requestHeader, setRequestHeader, withoutHeader } from './forwarded.ts'
import { replaceWith } from './repair.ts'
import { hasProxy } from './site.ts'

const COPIED = /\$http_(?:x_forwarded_for|x_real_ip|forwarded|cf_connecting_ip|true_client_ip)\b/i
const COPIED_BY_CADDY = /header\.(?:x-forwarded-for|x-real-ip|forwarded|cf-connecting-ip|true-client-ip)\}/i

export const clientAddress = {
  id: 'proxy.client-address',
  severity: 'medium',
  title: 'A client can choose the address that the application sees',
  looksFor:
    'X-Forwarded-For and X-Real-IP at the outermost proxy: appended with `$proxy_add_x_forwarded_for`, copied from the request, or not set at all.',
  why: 'Many applications believe the first address in the header, which the client wrote. Limits on logins, bans and logs then go by an address that an attacker picks.',
  fix: 'Write `proxy_set_header X-Forwarded-For $remote_addr;` at the proxy that clients reach. Appending is right only at a proxy that stands behind another one.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_set_header X-Forwarded-For $remote_addr;\n        proxy_set_header X-Real-IP $remote_addr;\n        proxy_pass http://app:3000;\n    }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const expected = '$remote_addr, the address of the connection'
    const seen = new Set<unknown>()
    for (const { scope } of passingScopes(stack))
      for (const name of ['X-Forwarded-For', 'X-Real-IP']) {
        const directive = requestHeader(scope, name)
        const value = directive?.args[1]?.value ?? ''
        const copied = COPIED.test(value)
        if (
          directive === undefined ||
          seen.has(directive.at) ||
          !(copied || value.includes('$proxy_add_x_forwarded_for'))
        )
          continue
        seen.add(directive.at)
        const observed = copied ? `${name} is copied from the request` : `${name} is appended to what the client sent`
        const repair = replaceWith(directive, `proxy_set_header ${name} $remote_addr;`)
        report({ at: directive.at, observed, expected, severity: copied ? 'high' : 'medium', ...repair })
      }
    for (const { scope } of withoutHeader(stack, 'X-Forwarded-For'))
      report({
        at: scope.own.get('proxy_pass')![0]!.at,
        observed: "X-Forwarded-For is not set, so the client's own passes through",
        expected,
        ...setRequestHeader(scope, 'X-Forwarded-For', '$remote_addr'),
      })
    for (const { directive, name, value } of headersUp(stack))
      if (/^\+?x-(?:forwarded-for|real-ip)$/i.test(name) && COPIED_BY_CADDY.test(value)) {
        const observed = `${name.replace(/^\+/, '')} is copied from the request`
        report({ at: directive.at, observed, expected: '{remote_host}', severity: 'high', ...replaceWith(directive) })
      }
  },
} satisfies Rule
