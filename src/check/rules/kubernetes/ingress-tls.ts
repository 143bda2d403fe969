import { textItems } from '../../readers/kubernetes/texts.ts'
import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasKind, ofKind } from './objects.ts'
import { hostsOf } from './routes.ts'
import { manifest } from './sample.ts'

const ingress = (tls: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: api, namespace: shop }
spec:
  ingressClassName: nginx
${tls}  rules:
    - host: api.example.org
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: api, port: { number: 80 } } } }`

/** Annotations by which clouds and Traefik serve TLS without `spec.tls`. */
const ELSEWHERE = [
  'alb.ingress.kubernetes.io/certificate-arn',
  'networking.gke.io/managed-certificates',
  'ingress.gcp.kubernetes.io/pre-shared-cert',
  'traefik.ingress.kubernetes.io/router.tls',
]

export const ingressTls = {
  id: 'kubernetes.ingress-tls',
  severity: 'high',
  title: 'A site is served without TLS',
  looksFor: 'Ingresses whose hosts are not all named in spec.tls, and Gateways without a listener for HTTPS.',
  why: 'Passwords, tokens and cookies cross the network in clear and can be read and changed on the way.',
  fix: 'Add spec.tls with the hosts and a Secret with their certificate; cert-manager keeps it valid.',
  bad: manifest(ingress('')),
  good: manifest(ingress('  tls:\n    - { hosts: [api.example.org], secretName: api-tls }\n')),
  applies: hasKind('Ingress', 'Gateway'),
  check(stack, report) {
    for (const object of ofKind(stack, 'Ingress')) {
      if (ELSEWHERE.some((name) => object.annotations.has(name))) continue
      const open = hostsOf(object).filter(({ host }) => !hasTls(object, host))
      if (open[0] === undefined) continue
      report({
        ...about(object, open[0].at),
        observed: `no certificate for ${open.map(({ host }) => host ?? 'any host').join(', ')}`,
        expected: 'every host in spec.tls',
      })
    }
    for (const object of ofKind(stack, 'Gateway')) {
      const protocols = itemsOf(at(object.tree, 'spec', 'listeners')).map((one) => textOf(at(one, 'protocol')))
      if (!protocols.includes('HTTP') || protocols.includes('HTTPS')) continue
      report({ ...about(object, object.at), observed: 'it listens for HTTP only', expected: 'a listener for HTTPS' })
    }
  },
} satisfies Rule

/** An entry of `spec.tls` without hosts is for all of them. */
function hasTls({ tree }: KubernetesObject, host: string | undefined): boolean {
  return itemsOf(at(tree, 'spec', 'tls')).some((entry) => {
    const hosts = textItems(at(entry, 'hosts')).map(({ value }) => value)
    if (hosts.length === 0 || host === undefined) return true
    return hosts.includes(host) || hosts.includes(host.replace(/^[^.]+/, '*'))
  })
}
