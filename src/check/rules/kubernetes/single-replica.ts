import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { isDataService } from './data.ts'
import { about, hasKind, runners } from './objects.ts'
import { deploymentText, manifest } from './sample.ts'
import { replicasOf } from './scale.ts'

export const singleReplica = {
  id: 'kubernetes.single-replica',
  severity: 'low',
  title: 'A single pod carries the whole service',
  looksFor: 'Deployments with one replica and no scaler that starts with more. Data services are left out.',
  why: 'Every update of its node, every crash and every move is an outage. So updates are put off.',
  fix: 'Set replicas to 2 if the program can run twice, and add a PodDisruptionBudget.',
  bad: manifest(deploymentText('')),
  good: manifest(deploymentText('').replace('spec:\n', 'spec:\n  replicas: 2\n')),
  applies: hasKind('Deployment'),
  check(stack, report) {
    for (const object of runners(stack)) {
      if (object.kind !== 'Deployment' || replicasOf(stack, object) !== 1 || isDataService(stack, object)) continue
      report({
        ...about(object, at(object.tree, 'spec', 'replicas')?.at ?? object.at),
        observed: 'one replica',
        expected: 'two or more',
      })
    }
  },
} satisfies Rule
