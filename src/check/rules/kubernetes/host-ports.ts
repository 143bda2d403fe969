import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'

/** Pod Security Standards, baseline: Host Ports. */
export const hostPorts = {
  id: 'kubernetes.host-ports',
  severity: 'high',
  title: 'A container takes a port of its node',
  looksFor: 'Containers with ports[].hostPort.',
  why: 'The port is open on every address of the node. It goes past the Ingress with its TLS and its limits, and in many clusters past the network policies.',
  fix: 'Take hostPort out and reach the pod through a Service of type ClusterIP.',
  bad: deployment('ports:\n  - { containerPort: 5000, hostPort: 5000 }'),
  good: deployment('ports:\n  - { containerPort: 5000 }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      for (const port of itemsOf(at(container.tree, 'ports'))) {
        const found = at(port, 'hostPort')
        const number = textOf(found)
        if (found === undefined || number === undefined || number === '0') continue
        report({
          ...about(object, found.at),
          observed: `${called(container)} is published on port ${number} of its node`,
          expected: 'no hostPort',
        })
      }
    }
  },
} satisfies Rule
