import { textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads, runners, securityPlaces } from './objects.ts'
import { deployment } from './sample.ts'

const ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/'

/** Pod Security Standards, baseline: AppArmor. */
export const apparmor = {
  id: 'kubernetes.apparmor',
  severity: 'high',
  title: 'AppArmor is switched off for a container',
  looksFor: 'An AppArmor profile of type Unconfined, as a field or as the older annotation.',
  why: 'The profile of the runtime keeps a container from writing to the kernel’s own files and from mounting. Without it one fence fewer stands between a break-in and the node.',
  fix: 'Take the setting out, or use RuntimeDefault or a profile of your own (Localhost).',
  bad: deployment('securityContext: { appArmorProfile: { type: Unconfined } }'),
  good: deployment('securityContext: { appArmorProfile: { type: RuntimeDefault } }'),
  applies: hasWorkloads,
  check(stack, report) {
    const expected = 'RuntimeDefault, Localhost, or nothing'
    for (const object of runners(stack)) {
      for (const { tree, whose } of securityPlaces(object, 'appArmorProfile', 'type')) {
        if (textOf(tree) !== 'Unconfined') continue
        report({ ...about(object, tree.at), observed: `${whose} runs without AppArmor`, expected })
      }
      for (const [name, { value, at }] of object.workload.podAnnotations) {
        if (!name.startsWith(ANNOTATION) || /^(runtime\/default|localhost\/.*)?$/.test(value)) continue
        const container = name.slice(ANNOTATION.length)
        report({ ...about(object, at), observed: `container ${container} has the profile ${value}`, expected })
      }
    }
  },
} satisfies Rule
