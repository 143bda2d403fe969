import type { Rule } from '../rule.ts'
import { hasProxy } from './site.ts'

export const includeOutside = {
  id: 'proxy.include-outside',
  severity: 'info',
  title: 'A part of the proxy configuration lies elsewhere and was not checked',
  looksFor: '`include` (nginx) and `import` (Caddy) of files that are not in this folder.',
  why: 'Findings may be missing, or wrong, as settings of those files are not known here.',
  fix: 'Check that folder, too (`castellan check /etc/nginx`), or bring the file into the installation.',
  bad: {
    'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    include /etc/letsencrypt/options-ssl-nginx.conf;\n}\n',
  },
  good: {
    'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    include tls.inc;\n}\n',
    'conf.d/tls.inc': 'ssl_protocols TLSv1.2 TLSv1.3;\n',
  },
  applies: hasProxy,
  check(stack, report) {
    for (const { outside } of [...stack.nginx, ...stack.caddy])
      for (const { value, at } of outside)
        report({ at, observed: value.slice(0, 200), expected: 'a file of the installation' })
  },
} satisfies Rule
