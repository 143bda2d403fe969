import type { Rule } from '../rule.ts'
import { headerOf } from './response-header.ts'
import { hasProxy, sitesOf } from './site.ts'

export const xssProtection = {
  id: 'proxy.xss-protection',
  severity: 'info',
  title: 'Neither X-XSS-Protection nor its successor is set',
  looksFor: 'Sites that clients reach and that send neither X-XSS-Protection nor a Content-Security-Policy.',
  why: 'Guides ask for X-XSS-Protection, but no browser of today reads it. What it promised is done by a Content-Security-Policy.',
  fix: 'Send a Content-Security-Policy. If a checklist insists on the old header, send `X-XSS-Protection: 0`: other values opened holes of their own.',
  bad: { Caddyfile: 'app.example.org {\n\treverse_proxy app:3000\n}\n' },
  good: { Caddyfile: 'app.example.org {\n\theader X-XSS-Protection 0\n\treverse_proxy app:3000\n}\n' },
  applies: hasProxy,
  check(stack, report) {
    for (const site of sitesOf(stack)) {
      if (!site.outer || !site.serving) continue
      if (headerOf(site, 'X-XSS-Protection') ?? headerOf(site, 'Content-Security-Policy')) continue
      const observed = `${site.name}: neither X-XSS-Protection nor Content-Security-Policy`
      report({ at: site.at, observed, expected: 'a Content-Security-Policy' })
    }
  },
} satisfies Rule
