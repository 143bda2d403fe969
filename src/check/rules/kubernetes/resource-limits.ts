import type { Container } from '../../readers/kubernetes/types.ts'
import type { Stack } from '../../stack.ts'
import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads, ofKind } from './objects.ts'
import { deployment } from './sample.ts'

export const resourceLimits = {
  id: 'kubernetes.resource-limits',
  severity: 'medium',
  title: 'A container may take all memory or time of its node',
  looksFor:
    'Containers without limits for memory, or for cpu (low), unless a LimitRange of the namespace sets them. Ephemeral containers can have none.',
  why: 'A leak, a flood of requests or a bomb in an upload makes the node fail, and with it everything else that runs there.',
  fix: 'Set resources.limits.memory to what the program needs at its worst, and resources.limits.cpu.',
  bad: deployment(''),
  good: deployment('resources:\n  limits: { memory: 128Mi, cpu: 150m }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      if (container.role === 'ephemeral') continue
      const missing = missingOf(container, 'limits').filter(
        (name) => !hasDefault(stack, object.namespace, 'default', name),
      )
      if (missing.length === 0) continue
      report({
        ...about(object, at(container.tree, 'resources')?.at ?? container.at),
        severity: missing.includes('memory') ? 'medium' : 'low',
        observed: `${called(container)} has no limit for ${missing.join(' and ')}`,
        expected: 'limits for memory and cpu',
      })
    }
  },
} satisfies Rule

/** What a container doesn't set: `memory`, `cpu` or both. */
export function missingOf({ tree }: Container, what: 'limits' | 'requests'): readonly string[] {
  return ['memory', 'cpu'].filter((name) => textOf(at(tree, 'resources', what, name)) === undefined)
}

/** Does a LimitRange fill it in for containers of the namespace? */
export function hasDefault(stack: Stack, namespace: string, field: string, name: string): boolean {
  return ofKind(stack, 'LimitRange').some(
    (range) =>
      range.namespace === namespace &&
      itemsOf(at(range.tree, 'spec', 'limits')).some(
        (limit) => textOf(at(limit, 'type')) === 'Container' && textOf(at(limit, field, name)) !== undefined,
      ),
  )
}
