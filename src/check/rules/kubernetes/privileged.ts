import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads, isTrue, mend } from './objects.ts'
import { deployment } from './sample.ts'

/** Pod Security Standards, baseline: Privileged Containers. */
export const privileged = {
  id: 'kubernetes.privileged',
  severity: 'critical',
  title: 'A container is privileged',
  looksFor: 'Containers with securityContext.privileged: true.',
  why: 'A privileged container sees all devices of its node and keeps all rights of root. Whoever breaks into the application owns the node, and with it every other pod and secret there.',
  fix: 'Set privileged: false. If the program needs one right of root, add that one capability in its place.',
  bad: deployment('securityContext: { privileged: true }'),
  good: deployment('securityContext: { privileged: false }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      const found = at(container.tree, 'securityContext', 'privileged')
      if (found === undefined || !isTrue(found)) continue
      report({
        ...about(object, found.at),
        observed: `${called(container)} runs privileged`,
        expected: 'privileged: false',
        ...mend(object, [...container.path, 'securityContext', 'privileged'], false),
      })
    }
  },
} satisfies Rule
