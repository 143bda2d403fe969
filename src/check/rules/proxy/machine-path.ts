import type { Rule } from '../rule.ts'
import { isPathGuarded } from './guarded.ts'
import { hasProxy, sitesOf } from './site.ts'

const COMPOSE = 'services:\n  app:\n    image: loomio/loomio:stable\n'

export const machinePath = {
  id: 'proxy.machine-path',
  severity: 'medium',
  title: 'Paths that only machines of the installation need are public',
  looksFor:
    "Paths by which parts of the application talk to each other, from the application's profile: are they refused or limited at the sites that clients reach?",
  why: 'These paths often ask for no login, as they are meant for the inside: some take mails in as if members had sent them.',
  fix: 'Refuse them at the proxy (`return 404`), or allow the addresses that need them.',
  bad: {
    'compose.yaml': COMPOSE,
    'conf.d/site.conf': 'server {\n    listen 443 ssl;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  good: {
    'compose.yaml': COMPOSE,
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location ~ ^/(email_processor|rails/action_mailbox|api/hocuspocus|api/b3|bug_tunnel) { return 404; }\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  applies: (stack) => hasProxy(stack) && (stack.profile.paths.machine ?? []).length > 0,
  check(stack, report) {
    const paths = stack.profile.paths.machine ?? []
    for (const site of sitesOf(stack)) {
      if (!site.outer || !site.serving) continue
      const open = paths.filter((path) => !isPathGuarded(site, path))
      if (open.length === 0) continue
      const observed = `${site.name}: open to everybody: ${open.slice(0, 5).join(', ')}${open.length > 5 ? ' and others' : ''}`
      report({ at: site.at, observed, expected: 'refused, or limited to the addresses that need them' })
    }
  },
} satisfies Rule
