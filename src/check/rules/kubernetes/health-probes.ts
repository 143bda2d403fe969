import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'

export const healthProbes = {
  id: 'kubernetes.health-probes',
  severity: 'low',
  title: 'Nobody asks whether a container still works',
  looksFor: 'Containers of workloads that keep running, without a readinessProbe or a livenessProbe.',
  why: 'Without them requests are sent to a program that has not started or no longer answers, and it is never started anew.',
  fix: 'Add a readinessProbe that asks whether it can serve, and a livenessProbe that asks whether it is stuck and nothing else.',
  bad: deployment(''),
  good: deployment(
    'readinessProbe:\n  httpGet: { path: /healthcheck, port: 5000 }\nlivenessProbe:\n  httpGet: { path: /healthcheck, port: 5000 }',
  ),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      if (object.workload.finite || container.role !== 'main') continue
      const missing = ['readinessProbe', 'livenessProbe'].filter((name) => at(container.tree, name) === undefined)
      if (missing.length === 0) continue
      report({
        ...about(object, container.at),
        observed: `${called(container)} has no ${missing.join(' and no ')}`,
        expected: 'a readinessProbe and a livenessProbe',
      })
    }
  },
} satisfies Rule
