import { textItems } from '../../readers/kubernetes/texts.ts'
import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Runner } from './objects.ts'
import { ofKind, perStack } from './objects.ts'

/** One rule of a Role or ClusterRole. */
export interface Grant {
  readonly at: Place
  readonly groups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  /** Restricted to objects of these names; empty: all. */
  readonly names: readonly string[]
}

export function grantsOf(role: KubernetesObject): readonly Grant[] {
  return itemsOf(at(role.tree, 'rules')).map((rule) => {
    const texts = (key: string) => textItems(at(rule, key)).map(({ value }) => value)
    return {
      at: rule.at,
      groups: texts('apiGroups'),
      resources: texts('resources'),
      verbs: texts('verbs'),
      names: texts('resourceNames'),
    }
  })
}

export interface Subject {
  readonly at: Place
  /** `User`, `Group` or `ServiceAccount`. */
  readonly kind: string
  readonly name: string
  readonly namespace: string
}

export function subjectsOf(binding: KubernetesObject): readonly Subject[] {
  return itemsOf(at(binding.tree, 'subjects')).map((subject) => ({
    at: subject.at,
    kind: textOf(at(subject, 'kind')) ?? '',
    name: textOf(at(subject, 'name')) ?? '',
    namespace: textOf(at(subject, 'namespace')) ?? binding.namespace,
  }))
}

/** `group system:masters`, `service account shop/api`. */
export function subjectName({ kind, name, namespace }: Subject): string {
  if (kind !== 'ServiceAccount') return `${kind.toLowerCase()} ${name}`
  return `service account ${namespace === '' ? name : `${namespace}/${name}`}`
}

export const ROLES = ['Role', 'ClusterRole']
export const BINDINGS = ['RoleBinding', 'ClusterRoleBinding']

/** Service accounts that any binding names, as `namespace/name` and for stacks without namespaces as `name`. */
const bound = perStack((stack) => {
  const names = new Set<string>()
  for (const subject of ofKind(stack, ...BINDINGS).flatMap(subjectsOf)) {
    if (subject.kind === 'ServiceAccount') names.add(subject.name).add(`${subject.namespace}/${subject.name}`)
  }
  return names
})

/** Does any binding give the service account of this workload a role? */
export function hasRole(stack: Stack, { namespace, workload }: Runner): boolean {
  const name = workload.serviceAccount?.value ?? 'default'
  return bound(stack).has(namespace === '' ? name : `${namespace}/${name}`)
}
