import type { Rule } from '../rule.ts'
import { about } from './objects.ts'
import { nginxIngresses, nginxSetting, routeFor } from './routes.ts'
import { deploymentText, manifest } from './sample.ts'

const ingress = (name: string, path: string, limit: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
  annotations: { nginx.ingress.kubernetes.io/${limit} }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [api.example.org], secretName: api-tls }]
  rules:
    - host: api.example.org
      http:
        paths:
          - { path: ${path}, pathType: Prefix, backend: { service: { name: api, port: { number: 80 } } } }`

const APP = deploymentText('image: registry.example.org/shop/expressjsblanky:1.0.0')
const ALL = ingress('api', '/', 'limit-rps: "20"')

export const loginRateLimit = {
  id: 'kubernetes.login-rate-limit',
  severity: 'medium',
  title: 'Sign-in and mail have no tighter limit than everything else',
  looksFor:
    'Paths for login, sign-up and reset of the profile that are answered by the same Ingress as all others, or by one without limit-rps or limit-rpm (nginx controller).',
  why: 'A limit for a whole application is far too wide for guessing passwords, and for forms that send mail to strangers.',
  fix: 'Add an Ingress for these paths with a limit of a few requests a minute (limit-rpm).',
  bad: manifest(APP, ALL),
  good: manifest(APP, ALL, ingress('login', '/user/login', 'limit-rpm: "6"')),
  applies: (stack) => nginxIngresses(stack).length > 0 && sensitive(stack.profile.paths).length > 0,
  check(stack, report) {
    for (const path of sensitive(stack.profile.paths)) {
      const route = routeFor(stack, path)
      if (route === undefined) continue
      const limited = ['limit-rps', 'limit-rpm'].some((name) => Number(nginxSetting(route.object, name) ?? 0) > 0)
      if (limited && route.path !== '/') continue
      report({
        ...about(route.object, route.at),
        observed: `${path} is answered by the Ingress for ${route.path}${limited ? ', with the limit of everything' : ''}`,
        expected: `an Ingress for ${path} with limit-rpm`,
      })
    }
  },
} satisfies Rule

type Paths = {
  readonly login?: readonly string[]
  readonly signup?: readonly string[]
  readonly reset?: readonly string[]
}

function sensitive({ login = [], signup = [], reset = [] }: Paths): readonly string[] {
  return [...new Set([...login, ...signup, ...reset])]
}
