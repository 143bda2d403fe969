import type { Rule } from '../rule.ts'
import { reportMissing } from './response-header.ts'
import { hasProxy } from './site.ts'

const WANTED = { name: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' }

export const referrerPolicy = {
  id: 'proxy.referrer-policy',
  severity: 'low',
  title: 'Addresses of pages may be told to other sites',
  looksFor: 'Sites that clients reach and that send no Referrer-Policy header.',
  why: 'Links of password resets and invitations carry a token in their address. Older browsers tell the whole address to the next site.',
  fix: 'Send `Referrer-Policy: strict-origin-when-cross-origin`, or `same-origin`.',
  bad: { Caddyfile: 'app.example.org {\n\treverse_proxy app:3000\n}\n' },
  good: { Caddyfile: 'app.example.org {\n\theader Referrer-Policy same-origin\n\treverse_proxy app:3000\n}\n' },
  applies: hasProxy,
  check: (stack, report) => reportMissing(stack, report, WANTED),
} satisfies Rule
