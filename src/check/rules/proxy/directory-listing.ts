import type { Rule } from '../rule.ts'
import { caddyDirectives, nginxDirectives } from './forwarded.ts'
import { replaceWith } from './repair.ts'
import { hasProxy } from './site.ts'

export const directoryListing = {
  id: 'proxy.directory-listing',
  severity: 'medium',
  title: 'Visitors get lists of the files in folders',
  looksFor: '`autoindex on` in nginx and `file_server browse` in Caddy.',
  why: 'A list shows what nobody linked to: uploads of others, backups, forgotten files.',
  fix: 'Turn it off.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location /files/ {\n        root /srv;\n        autoindex on;\n    }\n}\n',
  },
  good: { Caddyfile: 'files.example.org {\n\troot * /srv\n\tfile_server\n}\n' },
  applies: hasProxy,
  check(stack, report) {
    for (const { directive } of nginxDirectives(stack, 'autoindex'))
      if (directive.args[0]?.value === 'on')
        report({
          at: directive.at,
          observed: 'autoindex on',
          expected: 'off',
          ...replaceWith(directive, 'autoindex off;'),
        })
    for (const { directive } of caddyDirectives(stack, 'file_server')) {
      const { args, block } = directive
      if (![...args.map(({ value }) => value), ...(block ?? []).map(({ name }) => name)].includes('browse')) continue
      const repair = block === undefined && args.length === 1 ? replaceWith(directive, 'file_server') : {}
      report({ at: directive.at, observed: 'file_server browse', expected: 'file_server', ...repair })
    }
  },
} satisfies Rule
