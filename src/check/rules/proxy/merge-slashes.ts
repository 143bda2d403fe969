import type { Rule } from '../rule.ts'
import { nginxDirectives } from './forwarded.ts'
import { replaceWith } from './repair.ts'
import { hasNginx } from './site.ts'

export const mergeSlashes = {
  id: 'proxy.merge-slashes',
  severity: 'low',
  title: 'A second slash in a path gets around rules of locations',
  looksFor: '`merge_slashes off` in nginx.',
  why: 'A rule for /admin does not fit //admin any more, while many applications answer both.',
  fix: 'Take the line out, or refuse paths with `//`.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    merge_slashes off;\n}\n' },
  good: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    merge_slashes on;\n}\n' },
  applies: hasNginx,
  check(stack, report) {
    for (const { directive } of nginxDirectives(stack, 'merge_slashes'))
      if (directive.args[0]?.value === 'off')
        report({ at: directive.at, observed: 'off', expected: 'on, which is the default', ...replaceWith(directive) })
  },
} satisfies Rule
