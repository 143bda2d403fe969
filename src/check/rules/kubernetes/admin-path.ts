import type { Rule } from '../rule.ts'
import { about } from './objects.ts'
import { nginxIngresses, nginxSetting, routeFor } from './routes.ts'
import { deploymentText, manifest } from './sample.ts'

const ingress = (name: string, path: string, annotations: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
  annotations: { ${annotations} }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [api.example.org], secretName: api-tls }]
  rules:
    - host: api.example.org
      http:
        paths:
          - { path: ${path}, pathType: Prefix, backend: { service: { name: api, port: { number: 80 } } } }`

const APP = deploymentText('image: registry.example.org/shop/expressjsblanky:1.0.0')
const ALL = ingress('api', '/', 'nginx.ingress.kubernetes.io/limit-rps: "20"')
const INNER = 'nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8'

/** Any of these asks who it is before the application does. */
const CHECKS = ['auth-url', 'auth-type', 'auth-tls-secret', 'whitelist-source-range', 'allowlist-source-range']

export const adminPath = {
  id: 'kubernetes.admin-path',
  severity: 'medium',
  title: 'Pages for administrators are open to the internet',
  looksFor:
    'Paths for administrators and machines of the profile that an Ingress answers without a sign-in of its own or a list of addresses (nginx controller).',
  why: 'A single password of the application stands before them, and a hole in them needs no password at all.',
  fix: 'Add an Ingress for these paths with auth-url, a client certificate or whitelist-source-range.',
  bad: manifest(APP, ALL),
  good: manifest(APP, ALL, ingress('admin', '/admin', INNER), ingress('queues', '/bull', INNER)),
  applies: (stack) => nginxIngresses(stack).length > 0 && (stack.profile.paths.admin ?? []).length > 0,
  check(stack, report) {
    const { admin = [], machine = [] } = stack.profile.paths
    for (const path of new Set([...admin, ...machine])) {
      const route = routeFor(stack, path)
      if (route === undefined || CHECKS.some((name) => nginxSetting(route.object, name) !== undefined)) continue
      report({
        ...about(route.object, route.at),
        observed: `${path} is answered by the Ingress for ${route.path}, to everybody`,
        expected: 'a sign-in before it, or a list of addresses',
      })
    }
  },
} satisfies Rule
