import { walk } from '../../readers/directive.ts'
import type { Stack } from '../../stack.ts'
import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { project, web } from './sample.ts'
import { hasServices, servicesOf } from './services.ts'

const FIREWALLS = /modsecurity|coraza|bunkerweb|safeline|crowdsec|open-appsec|naxsi|wallarm/i

export const wafMissing = {
  id: 'compose.waf-missing',
  severity: 'info',
  title: 'Nothing looks into requests before the application does',
  looksFor:
    'A project without a web application firewall: no such service (ModSecurity, Coraza, BunkerWeb, CrowdSec …), and neither nginx nor Caddy with such a module.',
  why: 'Known attacks reach the application as they are, also in the days between a hole becoming known and its fix being put in.',
  fix: 'On the internet, put one in front, and let it only log at first.',
  bad: web(''),
  good: project('services:\n  waf:\n    image: owasp/modsecurity-crs:4.10.0-nginx\n'),
  applies: hasServices,
  check(stack, report) {
    if (stack.compose === undefined || hasService(stack) || hasModule(stack)) return
    report({
      at: wholeFile(stack.compose.files[0] ?? ''),
      observed: 'nothing on the way in inspects requests',
      expected: 'a web application firewall, when the application is on the internet',
    })
  },
} satisfies Rule

function hasService(stack: Stack): boolean {
  return servicesOf(stack).some(({ name, image }) => FIREWALLS.test(`${name} ${image?.value.repository ?? ''}`))
}

function hasModule({ nginx, caddy }: Stack): boolean {
  const roots = [
    ...nginx.map(({ directives }) => directives),
    ...caddy.flatMap(({ sites }) => sites.map((site) => site.directives)),
  ]
  return roots.some((directives) => {
    for (const { name, args } of walk(directives)) {
      if (name === 'coraza_waf' || name === 'crowdsec' || name === 'appsec') return true
      if (name === 'modsecurity' && args[0]?.value === 'on') return true
    }
    return false
  })
}
