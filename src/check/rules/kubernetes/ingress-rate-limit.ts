import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import type { Rule } from '../rule.ts'
import { about } from './objects.ts'
import { nginxIngresses, nginxSetting } from './routes.ts'
import { manifest } from './sample.ts'

const ingress = (annotations: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: api
  namespace: shop
${annotations}spec:
  ingressClassName: nginx
  tls: [{ hosts: [api.example.org], secretName: api-tls }]
  rules: [{ host: api.example.org }]`

export const ingressRateLimit = {
  id: 'kubernetes.ingress-rate-limit',
  severity: 'medium',
  title: 'Nothing limits how often a client may ask',
  looksFor: 'Ingresses of the nginx controller without limit-rps, limit-rpm or limit-connections.',
  why: 'Passwords can be guessed and the application kept busy at full speed from a single address.',
  fix: 'Set nginx.ingress.kubernetes.io/limit-rps and limit-connections to several times what a busy person needs.',
  bad: manifest(ingress('')),
  good: manifest(ingress('  annotations:\n    nginx.ingress.kubernetes.io/limit-rps: "10"\n')),
  applies: (stack) => nginxIngresses(stack).length > 0,
  check(stack, report) {
    for (const object of nginxIngresses(stack)) {
      if (isLimited(object)) continue
      report({
        ...about(object, object.at),
        observed: 'no limit',
        expected: 'limit-rps, limit-rpm or limit-connections',
      })
    }
  },
} satisfies Rule

/** `0` means no limit. */
export function isLimited(object: KubernetesObject): boolean {
  return ['limit-rps', 'limit-rpm', 'limit-connections'].some((name) => Number(nginxSetting(object, name) ?? 0) > 0)
}
