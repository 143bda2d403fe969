import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads, mend } from './objects.ts'
import { deployment } from './sample.ts'

/** Pod Security Standards, baseline: /proc Mount Type. */
export const procMount = {
  id: 'kubernetes.proc-mount',
  severity: 'high',
  title: 'A container sees all of /proc',
  looksFor: 'Containers with securityContext.procMount other than Default.',
  why: 'A runtime hides the parts of /proc through which the kernel itself can be changed. Unmasked shows them again.',
  fix: 'Take procMount out.',
  bad: deployment('securityContext: { procMount: Unmasked }'),
  good: deployment('securityContext: { procMount: Default }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      const found = at(container.tree, 'securityContext', 'procMount')
      const value = textOf(found)
      if (found === undefined || value === undefined || value === 'Default') continue
      report({
        ...about(object, found.at),
        observed: `${called(container)} mounts /proc as ${value}`,
        expected: 'procMount: Default',
        ...mend(object, [...container.path, 'securityContext', 'procMount'], 'Default'),
      })
    }
  },
} satisfies Rule
