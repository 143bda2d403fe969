import { type Directive, walk } from '../../readers/directive.ts'
import { inForce } from '../../readers/nginx/scope.ts'
import type { Rule } from '../rule.ts'
import { caddyDirectives } from './forwarded.ts'
import { contentScopes, isStatic } from './nginx-content.ts'
import { locationOf } from './nginx-location.ts'
import { insertInto } from './repair.ts'
import { caddyFields, nginxHeader } from './response-header.ts'
import { hasProxy, nginxSitesOf } from './site.ts'

const UPLOADS = /(?:^|\/)(?:media|uploads?|attachments?|user-?files|storage|system)(?:\/|\*|$)/i

export const uploadsInline = {
  id: 'proxy.uploads-inline',
  severity: 'medium',
  title: 'Files that users uploaded are shown as pages of the site',
  looksFor:
    'Folders named media, uploads, attachments and the like that the proxy serves without `Content-Disposition: attachment` and without a sandbox by Content-Security-Policy.',
  why: "An uploaded HTML or SVG file runs its script with the rights of whoever opens it, as it comes from the application's own address.",
  fix: 'Send `Content-Disposition: attachment` for these files, or `Content-Security-Policy: sandbox`, or serve them under a host name of their own.',
  bad: {
    Caddyfile:
      'app.example.org {\n\thandle_path /media/* {\n\t\troot * /var/www/media\n\t\tfile_server\n\t}\n\treverse_proxy app:8000\n}\n',
  },
  good: {
    Caddyfile:
      'app.example.org {\n\thandle_path /media/* {\n\t\troot * /var/www/media\n\t\tfile_server\n\t\theader Content-Disposition attachment\n\t}\n\treverse_proxy app:8000\n}\n',
  },
  applies: hasProxy,
  check(stack, report) {
    const expected = 'Content-Disposition: attachment, or a Content-Security-Policy with sandbox'
    for (const { scope: server } of nginxSitesOf(stack))
      for (const scope of contentScopes(server)) {
        const { pattern } = locationOf(scope)
        if (scope.kind !== 'location' || !UPLOADS.test(pattern) || !isStatic(scope)) continue
        const disposition = nginxHeader(scope, 'Content-Disposition')?.value ?? ''
        const policy = nginxHeader(scope, 'Content-Security-Policy')?.value ?? ''
        if (/^attachment/i.test(disposition) || /sandbox/i.test(policy)) continue
        const text = 'add_header Content-Disposition attachment always;'
        const repair = inForce(scope, 'add_header').length === 0 ? insertInto(scope.directive, text) : {}
        report({ at: scope.directive!.at, observed: `${pattern} is served without either`, expected, ...repair })
      }
    for (const { directive } of caddyDirectives(stack, 'handle', 'handle_path', 'route')) {
      const path = directive.args[0]?.value ?? ''
      if (!UPLOADS.test(path) || !servesFiles(directive) || isHarmless(directive)) continue
      const repair = insertInto(directive, 'header Content-Disposition attachment')
      report({ at: directive.at, observed: `${path} is served without either`, expected, ...repair })
    }
  },
} satisfies Rule

function servesFiles(directive: Directive): boolean {
  return [...walk(directive.block ?? [])].some(({ name }) => name === 'file_server')
}

function isHarmless(directive: Directive): boolean {
  const headers = [...walk(directive.block ?? [])].filter(({ name }) => name === 'header')
  return headers.flatMap(caddyFields).some(([name, value]) => {
    const plain = name.replace(/^[+?>]/, '').toLowerCase()
    return plain === 'content-disposition'
      ? /^attachment/i.test(value)
      : plain === 'content-security-policy' && /sandbox/i.test(value)
  })
}
