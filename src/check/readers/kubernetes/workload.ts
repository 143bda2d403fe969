import { parseImage } from '../../text/image.ts'
import { lookUp } from '../../text/lookup.ts'
import type { Mapping, Tree } from '../../text/tree.ts'
import { at, itemsOf, textOf } from '../../text/tree.ts'
import { locatedTexts, textsOf } from './texts.ts'
import type { Container, Path, Workload } from './types.ts'

/** Where the pod template lies in kinds that don't keep it at `spec.template`. */
const TEMPLATE: Readonly<Record<string, Path>> = {
  Pod: [],
  PodTemplate: ['template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
}

/**
 * What an object runs; undefined when it runs nothing. Kinds that are not Kubernetes' own (a Rollout, a Knative Service)
 * count when they keep a pod template where a Deployment has it.
 */
export function workloadOf(kind: string, tree: Mapping): Workload | undefined {
  const template = lookUp(TEMPLATE, kind) ?? ['spec', 'template']
  const podPath = [...template, 'spec']
  const pod = at(tree, ...podPath)
  if (pod?.kind !== 'mapping' || at(pod, 'containers')?.kind !== 'list') return undefined
  const metadata = at(tree, ...template, 'metadata')
  const account = at(pod, 'serviceAccountName') ?? at(pod, 'serviceAccount')
  const accountName = textOf(account)
  return {
    pod,
    podPath,
    podLabels: textsOf(at(metadata, 'labels')),
    podAnnotations: locatedTexts(at(metadata, 'annotations')),
    finite: kind === 'Job' || kind === 'CronJob',
    containers: [
      ...containersOf(pod, podPath, 'initContainers'),
      ...containersOf(pod, podPath, 'containers'),
      ...containersOf(pod, podPath, 'ephemeralContainers'),
    ],
    serviceAccount: accountName && account !== undefined ? { value: accountName, at: account.at } : undefined,
    windows: textOf(at(pod, 'os', 'name')) === 'windows',
  }
}

type ContainerList = 'initContainers' | 'containers' | 'ephemeralContainers'

function containersOf(pod: Mapping, podPath: Path, list: ContainerList): Container[] {
  return itemsOf(at(pod, list)).flatMap((tree, index): Container[] => {
    if (tree.kind !== 'mapping') return []
    const image = at(tree, 'image')
    const text = textOf(image)
    return [
      {
        role: roleOf(list, tree),
        name: textOf(at(tree, 'name')) ?? '',
        tree,
        at: tree.at,
        path: [...podPath, list, index],
        image: text && image !== undefined ? { value: parseImage(text), at: image.at } : undefined,
      },
    ]
  })
}

function roleOf(list: ContainerList, tree: Tree): Container['role'] {
  if (list === 'containers') return 'main'
  if (list === 'ephemeralContainers') return 'ephemeral'
  return textOf(at(tree, 'restartPolicy')) === 'Always' ? 'sidecar' : 'init'
}
