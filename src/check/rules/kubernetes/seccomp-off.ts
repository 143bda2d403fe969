import { textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads, runners, securityPlaces } from './objects.ts'
import { deployment } from './sample.ts'

/** Pod Security Standards, baseline: Seccomp. */
export const seccompOff = {
  id: 'kubernetes.seccomp-off',
  severity: 'high',
  title: 'The filter of system calls is switched off',
  looksFor: 'A seccomp profile of type Unconfined.',
  why: 'The filter shuts the system calls that no ordinary program needs and that most ways out of a container use.',
  fix: 'Set seccompProfile.type to RuntimeDefault.',
  bad: deployment('', 'securityContext: { seccompProfile: { type: Unconfined } }'),
  good: deployment('', 'securityContext: { seccompProfile: { type: RuntimeDefault } }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      for (const { tree, whose } of securityPlaces(object, 'seccompProfile', 'type')) {
        if (textOf(tree) !== 'Unconfined') continue
        report({
          ...about(object, tree.at),
          observed: `${whose} runs without a filter of system calls`,
          expected: 'seccompProfile.type: RuntimeDefault or Localhost',
        })
      }
    }
  },
} satisfies Rule
