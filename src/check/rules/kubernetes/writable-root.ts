import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads, isTrue } from './objects.ts'
import { deployment } from './sample.ts'

/** No repair: which folders the program writes to can't be seen here, and it would fail without them. */
export const writableRoot = {
  id: 'kubernetes.writable-root',
  severity: 'medium',
  title: 'A container may change its own program files',
  looksFor: 'Containers without readOnlyRootFilesystem: true. Ephemeral containers are left out.',
  why: 'An attacker inside changes the program or brings tools along, and nothing but a new start takes them away.',
  fix: 'Set securityContext.readOnlyRootFilesystem to true and mount an emptyDir where the program writes, such as /tmp.',
  bad: deployment(''),
  good: deployment('securityContext: { readOnlyRootFilesystem: true }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      const found = at(container.tree, 'securityContext', 'readOnlyRootFilesystem')
      if (container.role === 'ephemeral' || object.workload.windows || isTrue(found)) continue
      report({
        ...about(object, found?.at ?? container.at),
        observed: `the root file system of ${called(container)} can be written`,
        expected: 'readOnlyRootFilesystem: true',
      })
    }
  },
} satisfies Rule
