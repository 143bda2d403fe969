import type { Mapping, Tree } from '../../text/tree.ts'
import { at, textOf } from '../../text/tree.ts'
import { locatedTexts, textsOf } from './texts.ts'
import type { KubernetesObject, Path } from './types.ts'
import { workloadOf } from './workload.ts'

/** Where a document comes from. */
export interface Origin {
  readonly file: string
  readonly path: string | undefined
  readonly document: number
  readonly source: string | undefined
  /** Namespace of the kustomization that reads the file: it wins over what is written. */
  readonly namespace: string | undefined
}

/** The objects of one document, lists opened; none when it is no Kubernetes object. */
export function objectsOf(tree: Tree | undefined, origin: Origin, otherwise?: Kind): KubernetesObject[] {
  return open(tree, origin, [], otherwise)
}

/** What an object is when it doesn't say so itself: the items of a `DeploymentList`, a kustomization. */
export interface Kind {
  readonly apiVersion: string
  readonly kind: string
}

function open(tree: Tree | undefined, origin: Origin, root: Path, otherwise: Kind | undefined): KubernetesObject[] {
  if (tree?.kind !== 'mapping') return []
  const apiVersion = textOf(at(tree, 'apiVersion')) ?? otherwise?.apiVersion
  const kind = textOf(at(tree, 'kind')) ?? otherwise?.kind
  if (apiVersion === undefined || kind === undefined) return []
  const items = at(tree, 'items')
  if (kind.endsWith('List') && items?.kind === 'list') {
    const inner = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -'List'.length) }
    return items.items.flatMap((item, index) => open(item, origin, [...root, 'items', index], inner))
  }
  return [objectOf(tree, origin, root, { apiVersion, kind })]
}

function objectOf(tree: Mapping, origin: Origin, root: Path, { apiVersion, kind }: Kind): KubernetesObject {
  const metadata = at(tree, 'metadata')
  return {
    apiVersion,
    kind,
    name: textOf(at(metadata, 'name')) ?? textOf(at(metadata, 'generateName')) ?? '',
    namespace: isClusterWide(kind) ? '' : (origin.namespace ?? textOf(at(metadata, 'namespace')) ?? ''),
    tree,
    at: tree.at,
    file: origin.file,
    path: origin.path,
    document: origin.document,
    root,
    source: origin.source,
    labels: textsOf(at(metadata, 'labels')),
    annotations: locatedTexts(at(metadata, 'annotations')),
    workload: workloadOf(kind, tree),
  }
}

function isClusterWide(kind: string): boolean {
  return /^Cluster[A-Z]/.test(kind) || CLUSTER_WIDE.has(kind)
}

const CLUSTER_WIDE = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'StorageClass',
  'PriorityClass',
  'IngressClass',
  'GatewayClass',
  'RuntimeClass',
  'CustomResourceDefinition',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'PodSecurityPolicy',
  'APIService',
])
