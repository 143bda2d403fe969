import type { Rule } from '../rule.ts'
import { nginxDirectives } from './forwarded.ts'
import { replaceWith } from './repair.ts'
import { hasNginx } from './site.ts'

export const underscoreHeaders = {
  id: 'proxy.underscore-headers',
  severity: 'medium',
  title: 'Header names that applications confuse are let through',
  looksFor: '`underscores_in_headers on` and `ignore_invalid_headers off` in nginx.',
  why: 'Many applications read X_Forwarded_For as X-Forwarded-For. With the underscore a client gets a header past the proxy that sets the one with hyphens.',
  fix: 'Take the line out.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    underscores_in_headers on;\n}\n' },
  good: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    underscores_in_headers off;\n}\n' },
  applies: hasNginx,
  check(stack, report) {
    const wrong = { underscores_in_headers: 'on', ignore_invalid_headers: 'off' }
    for (const [name, value] of Object.entries(wrong))
      for (const { directive } of nginxDirectives(stack, name))
        if (directive.args[0]?.value === value)
          report({ at: directive.at, observed: `${name} ${value}`, expected: 'the default', ...replaceWith(directive) })
  },
} satisfies Rule
