import type { Directive } from '../../readers/directive.ts'
import type { Rule } from '../rule.ts'
import { nginxDirectives } from './forwarded.ts'
import { type MaybeRepair, replaceWith } from './repair.ts'
import { hasNginx } from './site.ts'

const DECODED = /\$\{?(?:document_)?uri\b\}?/g

export const headerSplitting = {
  id: 'proxy.header-splitting',
  severity: 'high',
  title: 'A link can add headers and text to an answer',
  looksFor: '`$uri` or `$document_uri` in the target of a redirect (`return 3xx`), or in a header that nginx sets.',
  why: 'These variables are decoded: %0d%0a in a path becomes a line break, so that a link can set cookies or show a page of its own.',
  fix: 'Use `$request_uri`, which stays encoded.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 80;\n    return 301 https://$host$uri;\n}\n' },
  good: { 'conf.d/site.conf': 'server {\n    listen 80;\n    return 301 https://$host$request_uri;\n}\n' },
  applies: hasNginx,
  check(stack, report) {
    for (const name of ['return', 'add_header', 'proxy_set_header'])
      for (const { directive } of nginxDirectives(stack, name)) {
        const value = targetOf(directive)
        if (value === undefined || value.match(DECODED) === null) continue
        report({
          at: directive.at,
          observed: `$uri in ${name === 'return' ? 'a redirect' : 'a header'}`,
          expected: '$request_uri',
          ...mended(directive, value),
        })
      }
  },
} satisfies Rule

/** What ends up in a header: the address of a redirect (also in the short form without a code), or a header's value. */
function targetOf({ name, args }: Directive): string | undefined {
  if (name !== 'return') return args[1]?.value
  const [code, target] = args.map(({ value }) => value)
  if (target === undefined) return /^(?:https?:\/\/|\$scheme)/.test(code ?? '') ? code : undefined
  return /^30[12378]$/.test(code ?? '') ? target : undefined
}

/** A redirect with a code and a plain target; `$request_uri` holds the query, so one that adds it needs a person. */
function mended(directive: Directive, target: string): MaybeRepair {
  if (directive.name !== 'return' || directive.args.length !== 2) return {}
  if (/[\s"'\\;{]|\$args|\$is_args/.test(target)) return {}
  return replaceWith(directive, `return ${directive.args[0]!.value} ${target.replace(DECODED, '$$request_uri')};`)
}
