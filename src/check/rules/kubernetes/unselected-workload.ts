import type { Rule } from '../rule.ts'
import { knowsNetwork, networks, policies, policiesOf } from './network.ts'
import { about } from './objects.ts'
import { deploymentText, manifest } from './sample.ts'

const policy = (app: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector:
    matchLabels: { app: ${app} }
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: { matchLabels: { app: proxy } }`

export const unselectedWorkload = {
  id: 'kubernetes.unselected-workload',
  severity: 'medium',
  title: 'No network policy is for this workload',
  looksFor:
    'Workloads whose labels no NetworkPolicy of their namespace selects, in namespaces that have some. Often a label was misspelled.',
  why: 'A policy that selects nothing protects nothing, and Kubernetes does not say so.',
  fix: 'Correct the labels, or add a policy for this workload.',
  bad: manifest(deploymentText(''), policy('apii')),
  good: manifest(deploymentText(''), policy('api')),
  applies: knowsNetwork,
  check(stack, report) {
    for (const [namespace, objects] of networks(stack)) {
      const own = policies(stack).filter((one) => one.namespace === namespace)
      if (own.length === 0) continue
      for (const object of objects) {
        if (policiesOf(stack, object, 'Ingress').length > 0) continue
        report({
          ...about(object, object.at),
          observed: `none of ${own.length} network policies of its namespace is for incoming traffic to it`,
          expected: 'a policy that selects its labels',
        })
      }
    }
  },
} satisfies Rule
