import type { Rule } from '../rule.ts'
import { replaceWith } from './repair.ts'
import { hasCaddy } from './site.ts'

export const autoHttpsOff = {
  id: 'proxy.auto-https-off',
  severity: 'high',
  title: 'Caddy gets no certificates and redirects nothing to HTTPS',
  looksFor: 'The option `auto_https` with `off`, `disable_redirects` or `disable_certs`.',
  why: 'Without it Caddy serves what it is told to, also by plain HTTP, and certificates are not renewed.',
  fix: 'Take the option out, unless a proxy before this one ends TLS; then bind this one to an address that only that proxy reaches.',
  bad: { Caddyfile: '{\n\tauto_https off\n}\napp.example.org {\n\treverse_proxy app:3000\n}\n' },
  good: { Caddyfile: '{\n\temail admin@example.org\n}\napp.example.org {\n\treverse_proxy app:3000\n}\n' },
  applies: hasCaddy,
  check(stack, report) {
    for (const { options } of stack.caddy)
      for (const directive of options) {
        const value = directive.name === 'auto_https' ? directive.args[0]?.value : undefined
        if (value === undefined || value === 'ignore_loaded_certs' || value === 'prefer_wildcard') continue
        report({
          at: directive.at,
          observed: `auto_https ${value}`,
          expected: 'certificates and redirects by Caddy itself',
          severity: value === 'off' ? 'high' : 'medium',
          ...replaceWith(directive),
        })
      }
  },
} satisfies Rule
