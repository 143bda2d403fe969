import type { Stack } from '../../stack.ts'
import { at, textOf } from '../../text/tree.ts'
import type { Runner } from './objects.ts'
import { ofKind } from './objects.ts'

/** How many pods there are at least; a scaler decides before the manifest, which says 1 when it says nothing. */
export function replicasOf(stack: Stack, { kind, name, namespace, tree }: Runner): number {
  const scaler = ofKind(stack, 'HorizontalPodAutoscaler').find((one) => {
    const target = at(one.tree, 'spec', 'scaleTargetRef')
    return one.namespace === namespace && textOf(at(target, 'kind')) === kind && textOf(at(target, 'name')) === name
  })
  const written = scaler === undefined ? at(tree, 'spec', 'replicas') : at(scaler.tree, 'spec', 'minReplicas')
  return Number(textOf(written) ?? 1)
}
