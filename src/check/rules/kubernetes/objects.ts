import type { ObjectRepair } from '../../fix/repair.ts'
import type { Container, KubernetesObject, Path, Workload } from '../../readers/kubernetes/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import type { Tree } from '../../text/tree.ts'
import { at, textOf } from '../../text/tree.ts'

/** An object that starts pods. */
export type Runner = KubernetesObject & { readonly workload: Workload }

interface Index {
  readonly kinds: ReadonlyMap<string, readonly KubernetesObject[]>
  readonly runners: readonly Runner[]
}

/** A view of a stack's objects that is made when it is first asked for, and once. */
export function perStack<T>(make: (stack: Stack) => T): (stack: Stack) => T {
  const made = new WeakMap<Stack['kubernetes'], T>()
  return (stack) => {
    if (!made.has(stack.kubernetes)) made.set(stack.kubernetes, make(stack))
    return made.get(stack.kubernetes)!
  }
}

/** Most rules ask for one kind, and some ask again for every workload. */
const indexOf = perStack(({ kubernetes }): Index => {
  const kinds = new Map<string, KubernetesObject[]>()
  for (const object of kubernetes) {
    const list = kinds.get(object.kind)
    if (list === undefined) kinds.set(object.kind, [object])
    else list.push(object)
  }
  const isRunner = (object: KubernetesObject): object is Runner => object.workload !== undefined
  return { kinds, runners: kubernetes.filter(isRunner) }
})

export function runners(stack: Stack): readonly Runner[] {
  return indexOf(stack).runners
}

export function hasWorkloads(stack: Stack): boolean {
  return runners(stack).length > 0
}

/** Every container of every workload, with its workload. */
export function containers(stack: Stack): readonly { readonly object: Runner; readonly container: Container }[] {
  return runners(stack).flatMap((object) => object.workload.containers.map((container) => ({ object, container })))
}

export function ofKind(stack: Stack, ...kinds: readonly string[]): readonly KubernetesObject[] {
  return kinds.flatMap((kind) => indexOf(stack).kinds.get(kind) ?? [])
}

export function hasKind(...kinds: readonly string[]): (stack: Stack) => boolean {
  return (stack) => kinds.some((kind) => indexOf(stack).kinds.has(kind))
}

/** `Deployment shop/api`. */
export function label({ kind, namespace, name }: KubernetesObject): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`
}

/** The beginning of an observation: whom it is about, and where. */
export function about(object: KubernetesObject, place: Place): { readonly at: Place; readonly service: string } {
  return { at: place, service: label(object) }
}

const ROLES = { main: 'container', init: 'init container', sidecar: 'sidecar', ephemeral: 'ephemeral container' }

/** `init container migrate`. */
export function called({ role, name }: Container): string {
  return `${ROLES[role]} ${name}`
}

/** Name of a namespace for a sentence. */
export function namespaceName(namespace: string): string {
  return namespace === '' ? 'the namespace that these manifests are applied to' : `namespace ${namespace}`
}

/** The repair that sets one value of an object; none for text of standard input, which has no file. */
export function mend(object: KubernetesObject, path: Path, value: unknown): { readonly repair?: ObjectRepair } {
  if (object.path === undefined) return {}
  const whole = [...object.root, ...path]
  return { repair: { kind: 'object', file: object.path, document: object.document, path: whole, value } }
}

/** Kubernetes' own YAML parser is an older one, to which `yes` and `on` are true as well. */
export function isTrue(tree: Tree | undefined): boolean {
  return /^(true|yes|on)$/i.test(textOf(tree) ?? '')
}

export function isFalse(tree: Tree | undefined): boolean {
  return /^(false|no|off)$/i.test(textOf(tree) ?? '')
}

/** What counts for a container: its own security context, and below it that of its pod. */
export function security({ workload }: Runner, container: Container, ...path: Path): Tree | undefined {
  const own = at(container.tree, 'securityContext', ...path)
  return textOf(own) !== undefined || own?.kind === 'list' ? own : at(workload.pod, 'securityContext', ...path)
}

/** The same value for all containers of a pod in one place: each pod once, with its own place and those of its containers. */
export function securityPlaces(
  object: Runner,
  ...path: Path
): readonly { readonly tree: Tree; readonly whose: string }[] {
  const { pod, containers: list } = object.workload
  const places = [{ tree: at(pod, 'securityContext', ...path), whose: 'the pod' }]
  for (const one of list) places.push({ tree: at(one.tree, 'securityContext', ...path), whose: called(one) })
  return places.flatMap(({ tree, whose }) => (tree === undefined ? [] : [{ tree, whose }]))
}
