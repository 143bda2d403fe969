import type { Rule } from '../rule.ts'
import { headerOf } from './response-header.ts'
import { hasProxy, sitesOf } from './site.ts'

export const contentSecurityPolicy = {
  id: 'proxy.content-security-policy',
  severity: 'low',
  title: 'No Content-Security-Policy is set by the proxy',
  looksFor:
    'Sites that clients reach and that send no Content-Security-Policy header, and no Report-Only one to try it out.',
  why: 'Such a policy is what still stops a script that somebody got into a page. The application may send one of its own, which files of the proxy do not show.',
  fix: "Start with `Content-Security-Policy-Report-Only: default-src 'self'`, look at what breaks, then enforce it. There is no policy that fits every application.",
  bad: { Caddyfile: 'app.example.org {\n\treverse_proxy app:3000\n}\n' },
  good: {
    Caddyfile:
      'app.example.org {\n\theader Content-Security-Policy "default-src \'self\'"\n\treverse_proxy app:3000\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    for (const site of sitesOf(stack)) {
      if (!site.outer || !site.serving) continue
      const policy = headerOf(site, 'Content-Security-Policy') ?? headerOf(site, 'Content-Security-Policy-Report-Only')
      if (policy !== undefined) continue
      const observed = `${site.name}: no Content-Security-Policy header`
      report({ at: site.at, observed, expected: "a policy that fits the application, such as default-src 'self'" })
    }
  },
} satisfies Rule
