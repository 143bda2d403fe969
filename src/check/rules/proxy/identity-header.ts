import { walk } from '../../readers/directive.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { headersUp, passingScopes, requestHeader, setRequestHeader } from './forwarded.ts'
import { caddySitesOf, hasProxy } from './site.ts'

/** Settings that make an application believe a header about who somebody is, and the header's default name. */
const SETTINGS = [
  { on: 'INVENTREE_REMOTE_LOGIN', header: 'INVENTREE_REMOTE_LOGIN_HEADER', byDefault: 'REMOTE_USER' },
  { on: 'GF_AUTH_PROXY_ENABLED', header: 'GF_AUTH_PROXY_HEADER_NAME', byDefault: 'X-WEBAUTH-USER' },
] as const

export const identityHeader = {
  id: 'proxy.identity-header',
  severity: 'critical',
  title: 'A client can say who it is, and the application believes it',
  looksFor:
    'A setting by which the application takes the name of the user from a header, with a proxy that does not set or remove that header.',
  why: 'Anybody who sends the header with the name of an administrator is signed in as that administrator.',
  fix: 'Set the header at the proxy from your sign-on, or to nothing; or turn the setting off.',
  bad: {
    'compose.yaml':
      'services:\n  inventree-server:\n    image: inventree/inventree:stable\n    environment:\n      INVENTREE_REMOTE_LOGIN: "True"\n      INVENTREE_REMOTE_LOGIN_HEADER: HTTP_X_REMOTE_USER\n',
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_pass http://inventree-server:8000;\n    }\n}\n',
  },
  good: {
    'compose.yaml':
      'services:\n  inventree-server:\n    image: inventree/inventree:stable\n    environment:\n      INVENTREE_REMOTE_LOGIN: "True"\n      INVENTREE_REMOTE_LOGIN_HEADER: HTTP_X_REMOTE_USER\n',
    'conf.d/site.conf':
      'server {\n    listen 443 ssl;\n    location / {\n        proxy_set_header X-Remote-User "";\n        proxy_pass http://inventree-server:8000;\n    }\n}\n',
  },
  applies: (stack) => hasProxy(stack) && believedHeaders(stack).length > 0,
  check(stack, report) {
    for (const name of believedHeaders(stack)) {
      const expected = `${name} set from the sign-on of the proxy, or to nothing`
      for (const { scope } of passingScopes(stack))
        if (requestHeader(scope, name) === undefined) {
          const at = scope.own.get('proxy_pass')![0]!.at
          report({
            at,
            observed: `${name} passes as the client sends it`,
            expected,
            ...setRequestHeader(scope, name, '""'),
          })
        }
      const handled = headersUp(stack).some(
        (header) => header.name.replace(/^[-+]/, '').toLowerCase() === name.toLowerCase(),
      )
      for (const { site, outer } of caddySitesOf(stack)) {
        const proxy = [...walk(site.directives)].find((directive) => directive.name === 'reverse_proxy')
        if (outer && !handled && proxy !== undefined)
          report({ at: proxy.at, observed: `${name} passes as the client sends it`, expected })
      }
    }
  },
} satisfies Rule

/** Names of headers, as they are sent, that a setting in force makes an application believe. */
function believedHeaders(stack: Stack): readonly string[] {
  const values = settings(stack)
  return SETTINGS.filter(({ on }) => /^(?:1|true|yes|on)$/i.test(values.get(on) ?? '')).map(({ header, byDefault }) =>
    // Django's name of a header: HTTP_X_REMOTE_USER is X-Remote-User.
    (values.get(header) ?? byDefault)
      .replace(/^HTTP_/, '')
      .toLowerCase()
      .replace(/_/g, '-')
      .replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
  )
}

function settings(stack: Stack): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const service of stack.compose?.services ?? [])
    for (const { name, value } of service.environment.values()) if (value !== undefined) values.set(name, value)
  return values
}
