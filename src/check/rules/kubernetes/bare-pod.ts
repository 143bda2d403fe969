import type { Rule } from '../rule.ts'
import { about, hasWorkloads, runners } from './objects.ts'
import { deployment, manifest } from './sample.ts'

export const barePod = {
  id: 'kubernetes.bare-pod',
  severity: 'low',
  title: 'A pod is run without anything that replaces it',
  looksFor: 'Objects of kind Pod, other than those of Helm’s tests and hooks.',
  why: 'When its node is updated or fails, the pod is gone and stays away.',
  fix: 'Make it a Deployment, or a Job if it runs once.',
  bad: manifest(`
apiVersion: v1
kind: Pod
metadata: { name: api, namespace: shop }
spec:
  containers:
    - { name: api, image: registry.example.org/shop/api:1.4.2 }`),
  good: deployment(''),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      if (object.kind !== 'Pod' || object.annotations.has('helm.sh/hook')) continue
      report({ ...about(object, object.at), observed: 'a Pod of its own', expected: 'a Deployment or a Job' })
    }
  },
} satisfies Rule
