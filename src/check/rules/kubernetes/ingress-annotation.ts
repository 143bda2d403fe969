import { lookUp } from '../../text/lookup.ts'
import type { Rule } from '../rule.ts'
import { about, hasKind, mend, ofKind } from './objects.ts'
import { NGINX } from './routes.ts'
import { manifest } from './sample.ts'

const ingress = (annotation: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: api
  namespace: shop
  annotations:
    ${annotation}
spec:
  ingressClassName: nginx
  tls: [{ hosts: [api.example.org], secretName: api-tls }]
  rules: [{ host: api.example.org }]`

interface Danger {
  readonly value: RegExp
  readonly what: string
  readonly expected: string
  /** The value that is safe for everybody. */
  readonly safe?: string
}

const DANGERS: Readonly<Record<string, Danger>> = {
  [`${NGINX}ssl-redirect`]: {
    value: /^false$/,
    what: 'plain HTTP is served, not sent on to HTTPS',
    expected: 'true',
    safe: 'true',
  },
  [`${NGINX}enable-global-auth`]: {
    value: /^false$/,
    what: 'the sign-in before all sites is left out',
    expected: 'no such annotation',
  },
  [`${NGINX}enable-modsecurity`]: {
    value: /^false$/,
    what: 'the inspection of requests is switched off',
    expected: 'true',
  },
  [`${NGINX}proxy-ssl-verify`]: {
    value: /^off$/,
    what: 'the certificate of the application is not verified',
    expected: 'on',
  },
  [`${NGINX}proxy-body-size`]: { value: /^0$/, what: 'requests of any size are taken', expected: 'a size' },
  [`${NGINX}cors-allow-origin`]: {
    value: /(^|,)\s*\*/,
    what: 'pages of every site may call it',
    expected: 'named origins',
  },
  [`${NGINX}whitelist-source-range`]: {
    value: /(^|,)\s*(0\.0\.0\.0|::)\/0/,
    what: 'the list of addresses holds all addresses',
    expected: 'named networks',
  },
  [`${NGINX}allowlist-source-range`]: {
    value: /(^|,)\s*(0\.0\.0\.0|::)\/0/,
    what: 'the list of addresses holds all addresses',
    expected: 'named networks',
  },
  'kubernetes.io/ingress.allow-http': {
    value: /^true$/,
    what: 'plain HTTP is served',
    expected: 'false',
    safe: 'false',
  },
  'traefik.ingress.kubernetes.io/router.tls': {
    value: /^false$/,
    what: 'TLS is switched off',
    expected: 'true',
    safe: 'true',
  },
}

export const ingressAnnotation = {
  id: 'kubernetes.ingress-annotation',
  severity: 'medium',
  title: 'An annotation switches a protection of the Ingress off',
  looksFor:
    'Annotations that serve plain HTTP, leave the sign-in out, take requests of any size, open CORS to every site, allow all addresses or do not verify certificates.',
  why: 'One line for one case stays there, and the site goes on without the protection that all others have.',
  fix: 'Take the annotation out, or give it the value that is expected.',
  bad: manifest(ingress('nginx.ingress.kubernetes.io/ssl-redirect: "false"')),
  good: manifest(ingress('nginx.ingress.kubernetes.io/ssl-redirect: "true"')),
  applies: hasKind('Ingress'),
  check(stack, report) {
    for (const object of ofKind(stack, 'Ingress')) {
      for (const [name, { value, at }] of object.annotations) {
        const danger = lookUp(DANGERS, name)
        if (danger === undefined || !danger.value.test(value.trim().toLowerCase())) continue
        report({
          ...about(object, at),
          observed: `${name}: ${danger.what}`,
          expected: danger.expected,
          ...(danger.safe === undefined ? {} : mend(object, ['metadata', 'annotations', name], danger.safe)),
        })
      }
    }
  },
} satisfies Rule
