import { walk } from '../../readers/directive.ts'
import { inForce, type Scope } from '../../readers/nginx/scope.ts'
import { hostPath } from '../../readers/proxy-files.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { contentScopes, isStatic } from './nginx-content.ts'
import { locationFor } from './nginx-location.ts'
import { insertInto } from './repair.ts'
import { caddySitesOf, hasProxy, nginxSitesOf } from './site.ts'

const REFUSE = 'location ~ /\\.(?!well-known/) { return 404; }'

export const dotfiles = {
  id: 'proxy.dotfiles',
  severity: 'medium',
  title: 'Hidden files such as .git and .env would be served',
  looksFor:
    'Folders that nginx (`root`, `alias`) or Caddy (`file_server`) serves, with nothing that refuses names beginning with a dot.',
  why: 'A .git folder holds all sources with their history, a .env all secrets. Programs that try these two paths come by every day.',
  fix: 'In nginx: `location ~ /\\.(?!well-known/) { return 404; }` in the server. In Caddy: `hide .*` in `file_server`. And serve a folder that holds nothing but what is public.',
  bad: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    root /srv/www;\n    location / { try_files $uri /index.html; }\n}\n',
  },
  good: {
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    root /srv/www;\n    location ~ /\\.(?!well-known/) { return 404; }\n    location / { try_files $uri /index.html; }\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const expected = 'an answer of 404 for names that begin with a dot'
    for (const { scope: server, name } of nginxSitesOf(stack)) {
      const served = contentScopes(server).find((scope) => isStatic(scope) && !refusesDots(server, scope))
      if (served === undefined) continue
      const folder = (served.own.get('alias') ?? inForce(served, 'root')).at(-1)!
      report({
        at: folder.at,
        observed: `${name}: ${folder.args[0]?.value ?? ''} is served with its hidden files`,
        expected,
        severity: holdsProject(stack, folder.args[0]?.value ?? '') ? 'high' : 'medium',
        ...insertInto(server.directive, REFUSE),
      })
    }
    for (const { site, name } of caddySitesOf(stack)) {
      const all = [...walk(site.directives)]
      const server = all.find((directive) => directive.name === 'file_server')
      if (
        server === undefined ||
        all.some(({ name: own, args }) => own === 'hide' || args.some(({ value }) => /\/\.(?:\*|git|env)/.test(value)))
      )
        continue
      report({ at: server.at, observed: `${name}: files are served with the hidden ones`, expected })
    }
  },
} satisfies Rule

/** Is a hidden file below this location answered by another block, which refuses? */
function refusesDots(server: Scope, scope: Scope): boolean {
  const pattern = scope.kind === 'location' ? (scope.directive!.args.at(-1)?.value ?? '/') : '/'
  const folder = pattern.startsWith('/') ? pattern.replace(/\/?$/, '/') : '/'
  return ['.git/config', '.env'].every((file) => {
    const taken = locationFor(server, folder + file)
    return taken !== scope && taken !== server && (taken.own.has('return') || taken.own.has('deny') || !isStatic(taken))
  })
}

/** Does the folder in the container come from the folder of the installation itself? */
function holdsProject(stack: Stack, folder: string): boolean {
  const mounts = (stack.compose?.services ?? []).flatMap((service) =>
    service.mounts.filter(({ kind }) => kind === 'bind'),
  )
  return hostPath(folder, mounts) === stack.folder
}
