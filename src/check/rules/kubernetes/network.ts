import { textItems, textsOf } from '../../readers/kubernetes/texts.ts'
import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import type { Stack } from '../../stack.ts'
import type { Tree } from '../../text/tree.ts'
import { at, entriesOf, itemsOf, textOf } from '../../text/tree.ts'
import type { Runner } from './objects.ts'
import { hasWorkloads, isTrue, ofKind, perStack, runners } from './objects.ts'

const DIRECTIONS = ['Ingress', 'Egress'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** Policies of other makers, whose meaning is not known here. */
const FOREIGN =
  /^(Cilium(Clusterwide)?NetworkPolicy|GlobalNetworkPolicy|(Baseline)?AdminNetworkPolicy|ClusterNetworkPolicy)$/

/** Can be judged by NetworkPolicy alone. */
export function knowsNetwork(stack: Stack): boolean {
  const foreign = ({ kind, apiVersion }: KubernetesObject) =>
    FOREIGN.test(kind) || (kind === 'NetworkPolicy' && apiVersion.includes('calico'))
  return hasWorkloads(stack) && !stack.kubernetes.some(foreign)
}

export function policies(stack: Stack): readonly KubernetesObject[] {
  return ofKind(stack, 'NetworkPolicy').filter(({ apiVersion }) => !apiVersion.includes('calico'))
}

/** Does the policy say anything about this direction? `policyTypes` has a default: Ingress, and Egress if it has rules for it. */
export function covers(policy: KubernetesObject, direction: Direction): boolean {
  const types = textItems(at(policy.tree, 'spec', 'policyTypes')).map(({ value }) => value)
  if (types.length > 0) return types.includes(direction)
  return direction === 'Ingress' || at(policy.tree, 'spec', 'egress') !== undefined
}

/** The rules of a policy for a direction; each lets something through. */
export function openings(policy: KubernetesObject, direction: Direction): readonly Tree[] {
  return itemsOf(at(policy.tree, 'spec', direction.toLowerCase()))
}

/** It is for all pods of its namespace, and lets nothing through. */
export function deniesAll(policy: KubernetesObject, direction: Direction): boolean {
  const all = isEmptySelector(at(policy.tree, 'spec', 'podSelector'))
  return all && covers(policy, direction) && openings(policy, direction).length === 0
}

export function isEmptySelector(selector: Tree | undefined): boolean {
  const labels = textsOf(at(selector, 'matchLabels')).size
  return labels === 0 && itemsOf(at(selector, 'matchExpressions')).length === 0
}

/** Policies by direction, namespace and the first label that they ask for, so that each workload meets few of them. */
const byLabel = perStack((stack) => {
  const groups = new Map<string, KubernetesObject[]>()
  for (const policy of policies(stack)) {
    const [first] = textsOf(at(policy.tree, 'spec', 'podSelector', 'matchLabels'))
    for (const direction of DIRECTIONS.filter((one) => covers(policy, one))) {
      const key = groupKey(direction, policy.namespace, first)
      const list = groups.get(key)
      if (list === undefined) groups.set(key, [policy])
      else list.push(policy)
    }
  }
  return groups
})

function groupKey(direction: Direction, namespace: string, label: readonly [string, string] | undefined): string {
  return JSON.stringify([direction, namespace, label])
}

/** The policies that say something about this direction of a workload. */
export function policiesOf(
  stack: Stack,
  { namespace, workload }: Runner,
  direction: Direction,
): readonly KubernetesObject[] {
  const groups = [undefined, ...workload.podLabels].map((label) => groupKey(direction, namespace, label))
  const near = groups.flatMap((key) => byLabel(stack).get(key) ?? [])
  return near.filter((policy) => selects(at(policy.tree, 'spec', 'podSelector'), workload.podLabels))
}

/** Kubernetes' label selector: all labels and all expressions must fit. */
export function selects(selector: Tree | undefined, labels: ReadonlyMap<string, string>): boolean {
  for (const [key, { value }] of entriesOf(at(selector, 'matchLabels')))
    if (labels.get(key) !== textOf(value)) return false
  return itemsOf(at(selector, 'matchExpressions')).every((expression) => fits(expression, labels))
}

function fits(expression: Tree, labels: ReadonlyMap<string, string>): boolean {
  const key = textOf(at(expression, 'key')) ?? ''
  const value = labels.get(key)
  const values = textItems(at(expression, 'values')).map((item) => item.value)
  const operator = textOf(at(expression, 'operator'))
  if (operator === 'Exists') return value !== undefined
  if (operator === 'DoesNotExist') return value === undefined
  if (operator === 'NotIn') return value === undefined || !values.includes(value)
  return operator === 'In' && value !== undefined && values.includes(value)
}

/** Workloads by namespace, those in the node's own network left out: no policy holds for them. */
export function networks(stack: Stack): ReadonlyMap<string, readonly Runner[]> {
  const spaces = new Map<string, Runner[]>()
  for (const object of runners(stack)) {
    if (isTrue(at(object.workload.pod, 'hostNetwork'))) continue
    const list = spaces.get(object.namespace)
    if (list === undefined) spaces.set(object.namespace, [object])
    else list.push(object)
  }
  return spaces
}

export function isEverywhere(block: string | undefined): boolean {
  return block === '0.0.0.0/0' || block === '::/0'
}
