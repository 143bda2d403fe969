import { serviceFacts } from '../../profile/service.ts'
import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { behind, dataBehind } from './data.ts'
import { exposureOf } from './exposure.ts'
import type { Runner } from './objects.ts'
import { about, hasKind, label, mend, ofKind, perStack } from './objects.ts'
import { backendsOf } from './routes.ts'
import { manifest } from './sample.ts'

const shop = (type: string) =>
  manifest(
    `
apiVersion: v1
kind: Service
metadata: { name: api, namespace: shop }
spec:
  type: ${type}
  selector: { app: api }
  ports: [{ port: 80, targetPort: 5000 }]`,
    `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: api, namespace: shop }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [api.example.org], secretName: api-tls }]
  rules:
    - host: api.example.org
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: api, port: { number: 80 } } } }`,
  )

export const ingressBypass = {
  id: 'kubernetes.ingress-bypass',
  severity: 'medium',
  title: 'An application can be reached around its Ingress',
  looksFor:
    'Services of type NodePort or LoadBalancer, or with externalIPs, for pods that an Ingress or HTTPRoute serves. A NodePort without any Ingress is low. Proxies and data services are left out.',
  why: 'TLS, sign-in, limits and the log of the Ingress do not hold for whoever asks the node’s port directly.',
  fix: 'Make it a Service of type ClusterIP.',
  bad: shop('NodePort'),
  good: shop('ClusterIP'),
  applies: hasKind('Service'),
  check(stack, report) {
    for (const object of ofKind(stack, 'Service')) {
      const exposure = exposureOf(object)
      if (exposure === undefined || isProxy(stack, object) || dataBehind(stack, object) !== undefined) continue
      const front = frontOf(stack, object)
      if (front === undefined && exposure.how !== 'NodePort') continue
      report({
        ...about(object, exposure.at),
        severity: front === undefined || exposure.narrow ? 'low' : 'medium',
        observed: `published by ${exposure.how}${front === undefined ? '' : `, beside ${label(front)}`}`,
        expected: 'type: ClusterIP',
        ...(exposure.how === 'externalIPs' || front === undefined ? {} : mend(object, ['spec', 'type'], 'ClusterIP')),
      })
    }
  },
} satisfies Rule

/** What serves the same pods, by this Service or by another one. */
function frontOf(stack: Stack, service: KubernetesObject): KubernetesObject | undefined {
  const { byService, byPods } = fronts(stack)
  return byService.get(label(service)) ?? behind(stack, service).flatMap((pods) => byPods.get(pods) ?? [])[0]
}

/** Each Ingress and HTTPRoute by the Services and by the workloads that it leads to. */
const fronts = perStack((stack) => {
  const services = new Map(ofKind(stack, 'Service').map((service) => [label(service), service]))
  const byService = new Map<string, KubernetesObject>()
  const byPods = new Map<Runner, KubernetesObject>()
  for (const front of ofKind(stack, 'Ingress', 'HTTPRoute')) {
    for (const name of backendsOf(front)) {
      const key = label({ ...front, kind: 'Service', name })
      const service = services.get(key)
      byService.set(key, front)
      for (const pods of service === undefined ? [] : behind(stack, service)) byPods.set(pods, front)
    }
  }
  return { byService, byPods }
})

function isProxy(stack: Stack, service: KubernetesObject): boolean {
  return behind(stack, service).some(({ name, workload }) =>
    workload.containers.some(({ image }) => serviceFacts(stack.profile, name, image?.value.text)?.role === 'proxy'),
  )
}
