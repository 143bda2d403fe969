import type { NginxFile } from '../../readers/nginx/types.ts'
import type { Rule } from '../rule.ts'
import { hasNginx, type NginxSite, nginxSitesOf } from './site.ts'

export const defaultServer = {
  id: 'proxy.default-server',
  severity: 'medium',
  title: 'Requests for unknown host names reach the application',
  looksFor:
    'A configuration of nginx that clients reach without a default server that refuses: then the first server answers every name.',
  why: 'The application sees any host name that a client makes up, and puts it into links and mails. Scanners that go by address find it, too.',
  fix: 'Add `server { listen 80 default_server; listen 443 ssl default_server; ssl_reject_handshake on; return 444; }`.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    server_name app.example.org;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl default_server;\n    ssl_reject_handshake on;\n}\nserver {\n    listen 443 ssl;\n    server_name app.example.org;\n    location / { proxy_pass http://app:3000; }\n}\n',
  },
  applies: hasNginx,
  check(stack, report) {
    const byFile = new Map<NginxFile, NginxSite[]>()
    for (const site of nginxSitesOf(stack)) {
      const sites = byFile.get(site.file)
      if (sites === undefined) byFile.set(site.file, [site])
      else sites.push(site)
    }
    for (const sites of byFile.values()) {
      const outer = sites.filter((site) => site.outer && !site.behind)
      for (const tls of [true, false]) {
        const listening = outer.filter((site) => (tls ? site.tls : site.plain))
        const first = listening.find(isDefault) ?? listening[0]
        if (first === undefined || !first.serving || refuses(first)) continue
        report({
          at: first.at,
          observed: `${first.name} answers every host name that comes by ${tls ? 'HTTPS' : 'HTTP'}`,
          expected: 'a default_server that refuses (return 444, or ssl_reject_handshake on)',
        })
        break
      }
    }
  },
} satisfies Rule

function isDefault({ scope }: NginxSite): boolean {
  return (scope.own.get('listen') ?? []).some(({ args }) => args.some(({ value }) => value === 'default_server'))
}

function refuses({ scope }: NginxSite): boolean {
  const rejects = scope.own.get('ssl_reject_handshake')?.some(({ args }) => args[0]?.value === 'on')
  // A server that looks at the name itself: `if ($host != …) { return 444; }`.
  const looks = scope.children.some(
    ({ kind, directive, own }) =>
      kind === 'if' && own.has('return') && directive!.args.some(({ value }) => /\$(?:http_)?host\b/.test(value)),
  )
  return rejects === true || looks
}
