import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads, isTrue, mend, runners } from './objects.ts'
import { deployment } from './sample.ts'

const SHARED: Readonly<Record<string, string>> = {
  hostNetwork: 'the network of the node: its loopback services answer, and network policies do not hold',
  hostPID: 'the processes of the node, with their arguments and environment',
  hostIPC: 'the shared memory of the node',
}

/** Pod Security Standards, baseline: Host Namespaces. */
export const hostNamespaces = {
  id: 'kubernetes.host-namespaces',
  severity: 'high',
  title: 'A pod shares namespaces of its node',
  looksFor: 'Pods with hostNetwork, hostPID or hostIPC.',
  why: 'The wall between the pod and its node is taken down on that side: the pod sees processes, memory or network services that were never meant for it.',
  fix: 'Take the setting out. What must be reached from outside gets a Service or an Ingress.',
  bad: deployment('', 'hostNetwork: true'),
  good: deployment('', 'hostNetwork: false'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      for (const [name, what] of Object.entries(SHARED)) {
        const found = at(object.workload.pod, name)
        if (found === undefined || !isTrue(found)) continue
        report({
          ...about(object, found.at),
          observed: `${name}: true shares ${what}`,
          expected: `no ${name}`,
          ...mend(object, [...object.workload.podPath, name], false),
        })
      }
    }
  },
} satisfies Rule
