import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads, runners } from './objects.ts'
import { deploymentText, manifest } from './sample.ts'

export const defaultNamespace = {
  id: 'kubernetes.default-namespace',
  severity: 'low',
  title: 'An application runs in the namespace default',
  looksFor: 'Workloads with namespace: default.',
  why: 'Everything that names no namespace lands there, too. Rights, policies and limits of a namespace can then not be cut to the application.',
  fix: 'Give the application a namespace of its own.',
  bad: manifest(deploymentText('').replace('namespace: shop', 'namespace: default')),
  good: manifest(deploymentText('')),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      if (object.namespace !== 'default') continue
      report({
        ...about(object, at(object.tree, 'metadata', 'namespace')?.at ?? object.at),
        observed: 'namespace default',
        expected: 'a namespace of its own',
      })
    }
  },
} satisfies Rule
