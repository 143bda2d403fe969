import type { Rule } from '../rule.ts'
import { deniesAll, knowsNetwork, networks, policies, policiesOf } from './network.ts'
import { about, label, namespaceName } from './objects.ts'
import { deploymentText, manifest } from './sample.ts'

export const DENY_ALL = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny-all, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]`

export const defaultDeny = {
  id: 'kubernetes.default-deny',
  severity: 'medium',
  title: 'Pods of a namespace may be reached by every pod of the cluster',
  looksFor:
    'Namespaces with workloads and without a NetworkPolicy that is for all pods and lets nothing in. Low when every workload has a policy of its own.',
  why: 'Without it a break-in anywhere in the cluster reaches the database and every internal interface.',
  fix: 'Add a NetworkPolicy with an empty podSelector and policyTypes [Ingress, Egress], then one for each path that is used. The cluster’s network must support policies.',
  bad: manifest(deploymentText('')),
  good: manifest(deploymentText(''), DENY_ALL),
  applies: knowsNetwork,
  check(stack, report) {
    for (const [namespace, objects] of networks(stack)) {
      if (policies(stack).some((one) => one.namespace === namespace && deniesAll(one, 'Ingress'))) continue
      const open = objects.filter((object) => policiesOf(stack, object, 'Ingress').length === 0)
      const first = open[0] ?? objects[0]!
      report({
        ...about(first, first.at),
        severity: open.length === 0 ? 'low' : 'medium',
        observed: `${namespaceName(namespace)} denies nothing by default; open to all: ${open.map(label).join(', ') || 'nothing yet'}`,
        expected: 'a NetworkPolicy for all pods that lets nothing in',
      })
    }
  },
} satisfies Rule
