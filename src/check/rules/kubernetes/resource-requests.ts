import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { hasDefault, missingOf } from './resource-limits.ts'
import { deployment } from './sample.ts'

export const resourceRequests = {
  id: 'kubernetes.resource-requests',
  severity: 'low',
  title: 'A container does not say what it needs',
  looksFor:
    'Containers with neither a request nor a limit for memory or cpu (a limit counts as the request), unless a LimitRange sets one.',
  why: 'The scheduler packs such pods together as if they needed nothing, and the node ends them first when memory is short.',
  fix: 'Set resources.requests to what the program uses on an ordinary day.',
  bad: deployment(''),
  good: deployment('resources:\n  requests: { memory: 64Mi, cpu: 50m }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      if (container.role === 'ephemeral') continue
      const unlimited = missingOf(container, 'limits')
      const missing = missingOf(container, 'requests').filter(
        (name) => unlimited.includes(name) && !hasDefault(stack, object.namespace, 'defaultRequest', name),
      )
      if (missing.length === 0) continue
      report({
        ...about(object, at(container.tree, 'resources')?.at ?? container.at),
        observed: `${called(container)} requests no ${missing.join(' and no ')}`,
        expected: 'requests for memory and cpu',
      })
    }
  },
} satisfies Rule
