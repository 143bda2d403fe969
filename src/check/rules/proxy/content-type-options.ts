import type { Rule } from '../rule.ts'
import { reportMissing } from './response-header.ts'
import { hasProxy } from './site.ts'

const WANTED = { name: 'X-Content-Type-Options', value: 'nosniff' }

export const contentTypeOptions = {
  id: 'proxy.content-type-options',
  severity: 'medium',
  title: 'Browsers may guess the type of what is sent',
  looksFor: 'Sites that clients reach and that send no `X-Content-Type-Options: nosniff`.',
  why: 'A browser that guesses can take an uploaded picture or text for a page and run the script in it, with the rights of who looks at it.',
  fix: 'Send `X-Content-Type-Options: nosniff` on every answer.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location / { proxy_pass http://app:3000; }\n}\n' },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    add_header X-Content-Type-Options nosniff always;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  applies: hasProxy,
  check: (stack, report) => reportMissing(stack, report, WANTED),
} satisfies Rule
