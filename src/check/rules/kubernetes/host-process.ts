import type { Rule } from '../rule.ts'
import { about, hasWorkloads, isTrue, runners, securityPlaces } from './objects.ts'
import { deployment } from './sample.ts'

/** Pod Security Standards, baseline: HostProcess. */
export const hostProcess = {
  id: 'kubernetes.host-process',
  severity: 'high',
  title: 'A Windows container runs as a process of its host',
  looksFor: 'Pods and containers with securityContext.windowsOptions.hostProcess: true.',
  why: 'Such a container is no container: it runs directly on the Windows node with its files, devices and accounts.',
  fix: 'Take hostProcess out, or keep it for tools of the cluster in a namespace of their own.',
  bad: deployment('', 'securityContext: { windowsOptions: { hostProcess: true } }'),
  good: deployment('', 'securityContext: { windowsOptions: { hostProcess: false } }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      for (const { tree, whose } of securityPlaces(object, 'windowsOptions', 'hostProcess')) {
        if (!isTrue(tree)) continue
        report({
          ...about(object, tree.at),
          observed: `${whose} runs as a process of the host`,
          expected: 'no hostProcess',
        })
      }
    }
  },
} satisfies Rule
