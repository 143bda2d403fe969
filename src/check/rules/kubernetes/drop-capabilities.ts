import { textItems } from '../../readers/kubernetes/texts.ts'
import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads, mend } from './objects.ts'
import { deployment } from './sample.ts'

/** Pod Security Standards, restricted: Capabilities. What is added beyond the usual is `added-capabilities`. */
export const dropCapabilities = {
  id: 'kubernetes.drop-capabilities',
  severity: 'medium',
  title: 'A container keeps rights of root that it was never asked about',
  looksFor: 'Containers whose capabilities.drop does not name ALL.',
  why: 'A runtime gives every container more than a dozen parts of the power of root. An attacker inside uses them, the application hardly ever does.',
  fix: 'Set securityContext.capabilities.drop to [ALL]; add NET_BIND_SERVICE if the program listens below port 1024.',
  bad: deployment(''),
  good: deployment('securityContext: { capabilities: { drop: [ALL] } }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      const dropped = textItems(at(container.tree, 'securityContext', 'capabilities', 'drop'))
      if (object.workload.windows || dropped.some(({ value }) => value.toUpperCase() === 'ALL')) continue
      const names = dropped.map(({ value }) => value).join(', ')
      report({
        ...about(object, dropped[0]?.at ?? container.at),
        observed: names === '' ? `${called(container)} drops nothing` : `${called(container)} drops ${names} only`,
        expected: 'capabilities.drop: [ALL]',
        ...mend(object, [...container.path, 'securityContext', 'capabilities', 'drop'], ['ALL']),
      })
    }
  },
} satisfies Rule
