import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads, isFalse, mend } from './objects.ts'
import { deployment } from './sample.ts'

/** Pod Security Standards, restricted: Privilege Escalation. */
export const privilegeEscalation = {
  id: 'kubernetes.privilege-escalation',
  severity: 'medium',
  title: 'A process may gain rights that it was not started with',
  looksFor: 'Containers without allowPrivilegeEscalation: false.',
  why: 'Programs with a set-user-ID bit or file capabilities make a plain user root within the container. The setting shuts that door for good.',
  fix: 'Set securityContext.allowPrivilegeEscalation to false.',
  bad: deployment(''),
  good: deployment('securityContext: { allowPrivilegeEscalation: false }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      const found = at(container.tree, 'securityContext', 'allowPrivilegeEscalation')
      if (object.workload.windows || isFalse(found)) continue
      report({
        ...about(object, found?.at ?? container.at),
        observed: `allowPrivilegeEscalation of ${called(container)} is ${textOf(found) ?? 'not set, which means true'}`,
        expected: 'allowPrivilegeEscalation: false',
        ...mend(object, [...container.path, 'securityContext', 'allowPrivilegeEscalation'], false),
      })
    }
  },
} satisfies Rule
