import type { Directive } from '../../readers/directive.ts'
import { inForce, type Scope, scopesOf, settingText } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { insertAfter } from './repair.ts'
import { hasNginx, nginxSitesOf } from './site.ts'

const PROTECTIVE =
  /^(?:strict-transport-security|x-content-type-options|x-frame-options|content-security-policy|referrer-policy|permissions-policy|cross-origin-[a-z-]+)$/i

export const headerInheritance = {
  id: 'proxy.header-inheritance',
  severity: 'medium',
  title: 'A location loses the security headers of its server',
  looksFor:
    '`add_header` in a location of nginx: it ends all headers of the levels above, which are not repeated there.',
  why: 'nginx takes the headers of the innermost level that has any. One header for a cache is enough to lose all that protect.',
  fix: 'Repeat the headers in that location, best by an `include` of one file in both places. nginx 1.29.3 and above know `add_header_inherit merge;`.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    add_header X-Frame-Options SAMEORIGIN always;\n    location /static/ {\n        add_header Cache-Control "max-age=3600";\n        root /srv;\n    }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    add_header X-Frame-Options SAMEORIGIN always;\n    location /static/ {\n        add_header X-Frame-Options SAMEORIGIN always;\n        add_header Cache-Control "max-age=3600";\n        root /srv;\n    }\n}\n',
  },
  applies: hasNginx,
  check(stack, report) {
    for (const { scope: server } of nginxSitesOf(stack))
      for (const scope of scopesOf(server, 'server', 'location', 'if')) {
        const own = scope.own.get('add_header')
        if (own === undefined || scope.parent === undefined) continue
        if (/^(?:on|merge)$/.test(settingText(scope, 'add_header_inherit', 'off'))) continue
        const lost = lostHeaders(scope.parent, own)
        if (lost.length === 0) continue
        report({
          at: own[0]!.at,
          observed: `not sent here: ${lost.map(headerName).join(', ')}`,
          expected: 'the security headers of the level above, repeated here',
          ...insertAfter(own.at(-1)!, ...lost.map(written)),
        })
      }
  },
} satisfies Rule

/** Protective headers in force in a scope of which none of these has the name. */
function lostHeaders(scope: Scope, own: readonly Directive[]): readonly Directive[] {
  const names = new Set(own.map((directive) => headerName(directive).toLowerCase()))
  return inForce(scope, 'add_header').filter((directive) => {
    const name = headerName(directive)
    return PROTECTIVE.test(name) && !names.has(name.toLowerCase())
  })
}

function headerName({ args }: Directive): string {
  return args[0]?.value ?? ''
}

function written({ args }: Directive): string {
  const [name, value, ...rest] = args.map((arg) => arg.value)
  return `add_header ${[name, `"${(value ?? '').replace(/["\\]/g, '\\$&')}"`, ...rest].join(' ')};`
}
