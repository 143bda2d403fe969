import { textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads, isTrue, security } from './objects.ts'
import { deployment } from './sample.ts'

/**
 * Pod Security Standards, restricted: Running as Non-root. No repair: a pod whose image starts as root would not start
 * any more, and that can't be seen here.
 */
export const runAsNonRoot = {
  id: 'kubernetes.run-as-non-root',
  severity: 'medium',
  title: 'Nothing keeps a container from running as root',
  looksFor: 'Containers without runAsNonRoot: true, neither their own nor that of their pod.',
  why: 'Root in a container is root of the node as soon as one wall gives way. Unless it is forbidden, the image decides, and most images start as root.',
  fix: 'Set securityContext.runAsNonRoot to true, and runAsUser to a number above zero if the image names none.',
  bad: deployment(''),
  good: deployment('', 'securityContext: { runAsNonRoot: true }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      const found = security(object, container, 'runAsNonRoot')
      if (isTrue(found)) continue
      report({
        ...about(object, found?.at ?? container.at),
        observed: `runAsNonRoot of ${called(container)} is ${textOf(found) ?? 'not set'}`,
        expected: 'runAsNonRoot: true',
      })
    }
  },
} satisfies Rule
