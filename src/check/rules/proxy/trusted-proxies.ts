import { type Directive, walk } from '../../readers/directive.ts'
import type { Stack } from '../../stack.ts'
import type { Report, Rule } from '../rule.ts'
import { nginxDirectives } from './forwarded.ts'
import { caddySitesOf, hasProxy } from './site.ts'

const EVERYBODY = /^(?:0\.0\.0\.0\/0|::\/0|0\.0\.0\.0\/1|128\.0\.0\.0\/1)$/

export const trustedProxies = {
  id: 'proxy.trusted-proxies',
  severity: 'high',
  title: 'The proxy believes everybody about the address of the client',
  looksFor:
    '`set_real_ip_from` in nginx and `trusted_proxies` in Caddy with all addresses, or with all private ones at a proxy that clients reach.',
  why: 'Whoever is believed writes the address that limits, bans, allow-lists and logs go by.',
  fix: 'Name the address of the proxy before this one, and nothing wider. When there is none, take the line out.',
  bad: {
    'conf.d/site.conf':
      'set_real_ip_from 0.0.0.0/0;\nreal_ip_header X-Forwarded-For;\nserver {\n    listen 443 ssl;\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'set_real_ip_from 192.0.2.10;\nreal_ip_header X-Forwarded-For;\nserver {\n    listen 443 ssl;\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const expected = 'the address of the proxy before this one'
    for (const { directive } of nginxDirectives(stack, 'set_real_ip_from')) {
      const network = directive.args[0]?.value ?? ''
      if (EVERYBODY.test(network)) report({ at: directive.at, observed: `believes ${network}`, expected })
    }
    for (const { directive, outer } of caddyDirectives(stack)) checkCaddy(directive, outer, report)
  },
} satisfies Rule

function checkCaddy(directive: Directive, outer: boolean, report: Report): void {
  const expected = 'the address of the proxy before this one'
  const all = directive.args.find(({ value }) => EVERYBODY.test(value))
  if (all !== undefined) report({ at: directive.at, observed: `believes ${all.value}`, expected })
  else if (outer && directive.args.some(({ value }) => value === 'private_ranges'))
    report({
      at: directive.at,
      severity: 'medium',
      title: 'The proxy believes every private address about the address of the client',
      observed: 'believes private_ranges, which holds every container and, with some settings of Docker, every client',
      expected,
    })
}

function* caddyDirectives(stack: Stack): Generator<{ directive: Directive; outer: boolean }> {
  for (const file of stack.caddy) {
    const hosts = caddySitesOf(stack).filter((host) => host.file === file)
    const outer = hosts.some((host) => host.outer)
    const seen = new Set<unknown>()
    for (const directive of [...walk(file.options), ...hosts.flatMap(({ site }) => [...walk(site.directives)])]) {
      if (directive.name !== 'trusted_proxies' || seen.has(directive.at)) continue
      seen.add(directive.at)
      yield { directive, outer }
    }
  }
}
