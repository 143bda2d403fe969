import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { selects } from './network.ts'
import { about, hasKind, ofKind, runners } from './objects.ts'
import { deploymentText, manifest } from './sample.ts'
import { replicasOf } from './scale.ts'

const TWO = deploymentText('').replace('spec:\n', 'spec:\n  replicas: 2\n')

export const disruptionBudget = {
  id: 'kubernetes.disruption-budget',
  severity: 'low',
  title: 'All pods of a service may be taken away at once',
  looksFor: 'Deployments and StatefulSets of two or more replicas that no PodDisruptionBudget selects.',
  why: 'When nodes are updated or scaled down, the cluster may end all pods at the same time.',
  fix: 'Add a PodDisruptionBudget with maxUnavailable: 1 that selects its labels.',
  bad: manifest(TWO),
  good: manifest(
    TWO,
    `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: api, namespace: shop }
spec:
  maxUnavailable: 1
  selector: { matchLabels: { app: api } }`,
  ),
  applies: hasKind('Deployment', 'StatefulSet'),
  check(stack, report) {
    const budgets = ofKind(stack, 'PodDisruptionBudget')
    for (const object of runners(stack)) {
      if (!['Deployment', 'StatefulSet'].includes(object.kind) || replicasOf(stack, object) < 2) continue
      const covered = budgets.some(
        (one) =>
          one.namespace === object.namespace && selects(at(one.tree, 'spec', 'selector'), object.workload.podLabels),
      )
      if (covered) continue
      report({
        ...about(object, object.at),
        observed: `${replicasOf(stack, object)} replicas, no PodDisruptionBudget`,
        expected: 'a PodDisruptionBudget',
      })
    }
  },
} satisfies Rule
