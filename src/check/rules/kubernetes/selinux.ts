import { textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads, runners, securityPlaces } from './objects.ts'
import { deployment } from './sample.ts'

const TYPES = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'])

/** Pod Security Standards, baseline: SELinux. */
export const selinux = {
  id: 'kubernetes.selinux',
  severity: 'high',
  title: 'SELinux is loosened for a container',
  looksFor: 'seLinuxOptions with a type that is none of those for containers, or with a user or role.',
  why: 'On nodes with SELinux the type is what keeps a container away from the node’s files. spc_t and the like take that wall down.',
  fix: 'Take seLinuxOptions out, or use one of the types for containers (container_t) and no user or role.',
  bad: deployment('securityContext: { seLinuxOptions: { type: spc_t } }'),
  good: deployment('securityContext: { seLinuxOptions: { type: container_t } }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      for (const field of ['type', 'user', 'role']) {
        for (const { tree, whose } of securityPlaces(object, 'seLinuxOptions', field)) {
          const value = textOf(tree) ?? ''
          if (field === 'type' ? TYPES.has(value) : value === '') continue
          report({
            ...about(object, tree.at),
            observed: `${whose} sets the SELinux ${field} ${value}`,
            expected: field === 'type' ? 'container_t, container_init_t, container_kvm_t or nothing' : `no ${field}`,
          })
        }
      }
    }
  },
} satisfies Rule
