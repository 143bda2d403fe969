import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads, isTrue, mend, runners } from './objects.ts'
import { deployment } from './sample.ts'

export const sharedProcesses = {
  id: 'kubernetes.shared-processes',
  severity: 'low',
  title: 'Containers of a pod see each other’s processes',
  looksFor: 'Pods with shareProcessNamespace: true.',
  why: 'The environment and, through /proc, the files of each container are open to all others of the pod that run as the same user.',
  fix: 'Take shareProcessNamespace out.',
  bad: deployment('', 'shareProcessNamespace: true'),
  good: deployment('', 'shareProcessNamespace: false'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      const found = at(object.workload.pod, 'shareProcessNamespace')
      if (found === undefined || !isTrue(found)) continue
      report({
        ...about(object, found.at),
        observed: 'shareProcessNamespace: true',
        expected: 'not set',
        ...mend(object, [...object.workload.podPath, 'shareProcessNamespace'], false),
      })
    }
  },
} satisfies Rule
