import type { Rule } from '../rule.ts'
import { headerOf, reportMissing, type Wanted } from './response-header.ts'
import { hasProxy } from './site.ts'

const WANTED: Wanted = {
  name: 'X-Frame-Options',
  value: 'SAMEORIGIN',
  or: (site) => /frame-ancestors/i.test(headerOf(site, 'Content-Security-Policy')?.value ?? ''),
}

export const frameOptions = {
  id: 'proxy.frame-options',
  severity: 'medium',
  title: 'Other sites may show this one in a frame',
  looksFor:
    'Sites that clients reach and that send neither X-Frame-Options nor a Content-Security-Policy with frame-ancestors.',
  why: 'A foreign page can lay this one, invisible, over its own buttons: people then click in it without knowing.',
  fix: 'Send `X-Frame-Options: SAMEORIGIN`, or `frame-ancestors` in a Content-Security-Policy.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location / { proxy_pass http://app:3000; }\n}\n' },
  good: {
    Caddyfile:
      'app.example.org {\n\theader {\n\t\tContent-Security-Policy "frame-ancestors \'self\'"\n\t}\n\treverse_proxy app:3000\n}\n',
  },
  applies: hasProxy,
  check: (stack, report) => reportMissing(stack, report, WANTED),
} satisfies Rule
