import { dirname, resolve } from 'node:path'
import type { Disk, TextFile } from '../../disk.ts'
import type { Tree } from '../../text/tree.ts'
import { at, entriesOf, itemsOf, textOf } from '../../text/tree.ts'
import { textItems } from './texts.ts'

/** The names that kustomize looks for, in its order. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/** What a kustomization lists. Nothing of it is applied but the namespace. */
export interface Kustomization {
  /** Absolute paths of files and folders that it brings in. */
  readonly resources: readonly string[]
  /** Absolute paths of patches and the like, which are no whole objects. */
  readonly parts: readonly string[]
  readonly namespace: string | undefined
}

/** Fields that change objects in ways that are not followed here. */
const CHANGES = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'images',
  'helmCharts',
  'transformers',
  'generators',
]

export function readKustomization(disk: Disk, file: TextFile, tree: Tree): Kustomization {
  const folder = dirname(file.path)
  const changed = CHANGES.flatMap((name) => at(tree, name) ?? []).filter(isFilled)
  if (changed[0] !== undefined) {
    const names = CHANGES.filter((name) => at(tree, name) !== undefined).join(', ')
    disk.problem(
      changed[0].at,
      `a kustomization is read as it is written; ${names} not applied: pipe the output of kubectl kustomize into --k8s -`,
    )
  }
  return {
    resources: localResources(disk, folder, tree),
    parts: changed.flatMap((list) => partFiles(list)).map((name) => resolve(folder, name)),
    namespace: textOf(at(tree, 'namespace')),
  }
}

function isFilled(tree: Tree): boolean {
  return tree.kind === 'list' ? tree.items.length > 0 : tree.kind === 'mapping'
}

function localResources(disk: Disk, folder: string, tree: Tree): string[] {
  const named = ['resources', 'bases', 'components'].flatMap((name) => textItems(at(tree, name)))
  return named.flatMap(({ value, at: place }) => {
    if (!isRemote(value)) return [resolve(folder, value)]
    disk.problem(place, 'this resource lies on another machine; nothing is downloaded, so it was not checked')
    return []
  })
}

function isRemote(resource: string): boolean {
  return /^[a-z+]+:|^git@|^github\.com\/|[?&]ref=|\/\/.*\?/.test(resource)
}

function partFiles(list: Tree): string[] {
  return itemsOf(list).flatMap((item) => {
    if (item.kind === 'scalar') return textOf(item) ?? []
    return [...entriesOf(item)].flatMap(([key, { value }]) => (key === 'path' ? (textOf(value) ?? []) : []))
  })
}
