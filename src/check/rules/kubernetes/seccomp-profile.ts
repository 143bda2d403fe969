import { textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, hasWorkloads, mend, runners, security } from './objects.ts'
import { deployment } from './sample.ts'

/** Pod Security Standards, restricted: Seccomp. */
export const seccompProfile = {
  id: 'kubernetes.seccomp-profile',
  severity: 'medium',
  title: 'No filter of system calls is asked for',
  looksFor: 'Containers without a seccomp profile, neither their own nor that of their pod.',
  why: 'Kubernetes runs a pod without a filter unless it is asked to or its nodes are set to do it by themselves. The filter shuts what most ways out of a container use.',
  fix: 'Set securityContext.seccompProfile.type of the pod to RuntimeDefault.',
  bad: deployment(''),
  good: deployment('', 'securityContext: { seccompProfile: { type: RuntimeDefault } }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      const { containers, pod, podPath, windows } = object.workload
      const open = containers.filter((one) => textOf(security(object, one, 'seccompProfile', 'type')) === undefined)
      if (windows || open.length === 0) continue
      report({
        ...about(object, pod.at),
        observed: `${open.map(called).join(', ')}: no seccomp profile`,
        expected: 'seccompProfile.type: RuntimeDefault or Localhost',
        ...mend(object, [...podPath, 'securityContext', 'seccompProfile'], { type: 'RuntimeDefault' }),
      })
    }
  },
} satisfies Rule
