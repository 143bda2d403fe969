import { textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads, runners, securityPlaces } from './objects.ts'
import { deployment } from './sample.ts'

/** Pod Security Standards, restricted: Running as Non-root user. */
export const rootUser = {
  id: 'kubernetes.root-user',
  severity: 'medium',
  title: 'A container is told to run as root',
  looksFor: 'Pods and containers with runAsUser: 0.',
  why: 'Root in a container is root of the node as soon as one wall gives way, and owns every file of its volumes now.',
  fix: 'Set runAsUser to a number above zero; give the files of its volumes to that user with fsGroup.',
  bad: deployment('securityContext: { runAsUser: 0 }'),
  good: deployment('securityContext: { runAsUser: 1000 }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      for (const { tree, whose } of securityPlaces(object, 'runAsUser')) {
        if (textOf(tree) !== '0') continue
        report({ ...about(object, tree.at), observed: `${whose} runs as user 0`, expected: 'a user above 0' })
      }
    }
  },
} satisfies Rule
