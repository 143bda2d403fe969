import type { Rule } from '../rule.ts'
import { isDataService } from './data.ts'
import { DENY_ALL } from './default-deny.ts'
import { deniesAll, knowsNetwork, networks, policies, policiesOf } from './network.ts'
import { about, label, namespaceName } from './objects.ts'
import { deploymentText, manifest } from './sample.ts'

export const defaultDenyEgress = {
  id: 'kubernetes.default-deny-egress',
  severity: 'medium',
  title: 'Pods of a namespace may open connections to anywhere',
  looksFor:
    'Namespaces with workloads that no NetworkPolicy restricts in what they reach. Low when every workload has a policy of its own.',
  why: 'An attacker inside sends data out, loads tools, asks the cloud’s metadata service for keys, and goes on to other pods.',
  fix: 'Add a NetworkPolicy with an empty podSelector and policyTypes [Ingress, Egress], then allow DNS and the hosts that the application needs.',
  bad: manifest(deploymentText('')),
  good: manifest(deploymentText(''), DENY_ALL),
  applies: knowsNetwork,
  check(stack, report) {
    for (const [namespace, objects] of networks(stack)) {
      if (policies(stack).some((one) => one.namespace === namespace && deniesAll(one, 'Egress'))) continue
      const open = objects.filter((object) => policiesOf(stack, object, 'Egress').length === 0)
      const first = open[0] ?? objects[0]!
      const names = open.map((object) => (isDataService(stack, object) ? `${label(object)} (data)` : label(object)))
      report({
        ...about(first, first.at),
        severity: open.length === 0 ? 'low' : 'medium',
        observed: `${namespaceName(namespace)} lets everything out by default; without a policy: ${names.join(', ') || 'nothing yet'}`,
        expected: 'a NetworkPolicy for all pods that lets nothing out',
      })
    }
  },
} satisfies Rule
