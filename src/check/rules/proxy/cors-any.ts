import { type Directive, walk } from '../../readers/directive.ts'
import { type Scope, scopesOf } from '../../readers/nginx/scope.ts'
import type { Report, Rule } from '../rule.ts'
import { caddyFields } from './response-header.ts'
import { caddySitesOf, hasProxy, nginxSitesOf } from './site.ts'

const ORIGIN = 'access-control-allow-origin'
const REFLECTED = /^\$http_origin$|^\{(?:http\.request\.)?header\.Origin\}$/i

export const corsAny = {
  id: 'proxy.cors-any',
  severity: 'low',
  title: 'Scripts of every other site may read answers',
  looksFor:
    'Access-Control-Allow-Origin with `*`, or with whatever origin the request names; worse when credentials are allowed, too.',
  why: 'With the origin sent back and credentials allowed, any page that a signed-in person opens can read and change everything as that person.',
  fix: 'Name the origins that need it, or leave the header to the application.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    add_header Access-Control-Allow-Origin $http_origin always;\n    add_header Access-Control-Allow-Credentials true always;\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    add_header Access-Control-Allow-Origin https://app.example.org always;\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const seen = new Set<Directive['at']>()
    for (const { scope } of nginxSitesOf(stack))
      for (const level of scopesOf(scope, 'server', 'location', 'if')) checkLevel(nginxFields(level), seen, report)
    for (const { site } of caddySitesOf(stack)) {
      const headers = [...walk(site.directives)].filter(({ name }) => name === 'header')
      checkLevel(
        headers.flatMap((directive) =>
          caddyFields(directive).map(([name, value]) => ({ name: name.replace(/^[+?>]/, ''), value, directive })),
        ),
        seen,
        report,
      )
    }
  },
} satisfies Rule

interface Field {
  readonly name: string
  readonly value: string
  readonly directive: Directive
}

function nginxFields(scope: Scope): readonly Field[] {
  const own = scope.own.get('add_header') ?? []
  return own.map((directive) => ({
    name: directive.args[0]?.value ?? '',
    value: directive.args[1]?.value ?? '',
    directive,
  }))
}

function checkLevel(fields: readonly Field[], seen: Set<Directive['at']>, report: Report): void {
  const credentials = fields.some(
    ({ name, value }) => /^access-control-allow-credentials$/i.test(name) && value === 'true',
  )
  for (const { name, value, directive } of fields) {
    if (name.toLowerCase() !== ORIGIN || (value !== '*' && !REFLECTED.test(value))) continue
    if (seen.has(directive.at)) continue
    seen.add(directive.at)
    const open = value !== '*' && credentials
    report({
      at: directive.at,
      severity: open ? 'high' : 'low',
      observed:
        value === '*' ? 'every origin (*)' : `the origin of the request${credentials ? ', with credentials' : ''}`,
      expected: 'the origins that need it',
      ...(open ? { title: 'Scripts of every other site may act as the signed-in person' } : {}),
    })
  }
}
