import type { Rule } from '../rule.ts'
import { isPathGuarded } from './guarded.ts'
import { hasProxy, sitesOf } from './site.ts'

/** For applications that are not known. */
const USUAL = ['/admin']

export const adminPath = {
  id: 'proxy.admin-path',
  severity: 'medium',
  title: 'Administration pages are reachable from everywhere',
  looksFor:
    "The application's administration paths at a site that clients reach: are they limited by address, password, certificate or sign-on?",
  why: 'One stolen or guessed password of an administrator is then enough, from anywhere in the world.',
  fix: 'Give these paths a location with `allow` for your networks and `deny all`, or put a sign-on with a second factor before them.',
  bad: { 'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location / { proxy_pass http://app:3000; }\n}\n' },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location ~ ^/(admin|wp-admin|administrator|phpmyadmin|adminer|server-status) {\n        allow 192.0.2.0/24;\n        deny all;\n        proxy_pass http://app:3000;\n    }\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const known = stack.profile.paths.admin ?? []
    const paths = known.length > 0 ? known : USUAL
    for (const site of sitesOf(stack)) {
      if (!site.outer || !site.serving) continue
      const open = paths.filter((path) => !isPathGuarded(site, path))
      if (open.length === 0) continue
      const observed = `${site.name}: open to everybody: ${open.slice(0, 5).join(', ')}${open.length > 5 ? ' and others' : ''}`
      report({
        at: site.at,
        observed,
        expected: 'limited to your networks or to people who signed on before',
        // Whether an application that is not known has these paths is a guess.
        severity: known.length === 0 || stack.profile.name === 'generic' ? 'low' : 'medium',
      })
    }
  },
} satisfies Rule
