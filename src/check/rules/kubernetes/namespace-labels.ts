import type { Rule } from '../rule.ts'
import { about, hasKind, mend, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const ENFORCE = 'pod-security.kubernetes.io/enforce'

const namespace = (labels: string) => `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: { ${labels} }`

export const namespaceLabels = {
  id: 'kubernetes.namespace-labels',
  severity: 'medium',
  title: 'The cluster enforces no Pod Security Standard in a namespace',
  looksFor: `Namespaces without the label ${ENFORCE}, or with privileged for it.`,
  why: 'Whoever may create a pod there, a build server or an attacker with a token, may create a privileged one and own the node.',
  fix: `Set the label ${ENFORCE} to restricted, or to baseline while the workloads are being changed.`,
  bad: manifest(namespace('team: shop')),
  good: manifest(namespace(`${ENFORCE}: restricted`)),
  applies: hasKind('Namespace'),
  check(stack, report) {
    for (const object of ofKind(stack, 'Namespace')) {
      const level = object.labels.get(ENFORCE)
      if (level === 'baseline' || level === 'restricted') continue
      report({
        ...about(object, object.at),
        observed: level === undefined ? `no label ${ENFORCE}` : `${ENFORCE}: ${level}`,
        expected: 'restricted or baseline',
        ...mend(object, ['metadata', 'labels', ENFORCE], 'baseline'),
      })
    }
  },
} satisfies Rule
