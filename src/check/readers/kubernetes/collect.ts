import { basename, join, resolve } from 'node:path'
import type { Disk } from '../../disk.ts'
import { wholeFile } from '../../text/place.ts'
import type { Tree } from '../../text/tree.ts'
import { parseYaml } from '../../text/yaml.ts'
import { KUSTOMIZATION_NAMES, readKustomization } from './kustomization.ts'

/** Files that may hold objects, each once, in their order. */
export interface Collected {
  /** Absolute path to the namespace that a kustomization gives it. */
  readonly files: Map<string, string | undefined>
  /** Files that were named themselves: an object is expected in them. */
  readonly named: Set<string>
  /** The document of each kustomization, which is read already. */
  readonly kustomizations: Map<string, Tree>
}

/** Deeper than any tree of manifests. */
const MAX_DEPTH = 20

/** All files of manifests at these paths, folders searched with everything below them. */
export function collectFiles(disk: Disk, paths: readonly string[]): Collected {
  const walk: Walk = {
    disk,
    files: new Map(),
    named: new Set(),
    kustomizations: new Map(),
    parts: new Set(),
    seen: new Set(),
    listed: new Map(),
  }
  for (const path of paths.map((name) => resolve(name))) {
    if (disk.folder(path) !== undefined) collectFolder(walk, path, 0)
    else if (KUSTOMIZATION_NAMES.includes(basename(path))) collectKustomization(walk, path)
    else {
      walk.named.add(path)
      walk.files.set(path, walk.files.get(path))
    }
  }
  for (const part of walk.parts) if (!walk.named.has(part)) walk.files.delete(part)
  return walk
}

interface Walk extends Collected {
  readonly disk: Disk
  /** Patches and other parts of objects. */
  readonly parts: Set<string>
  /** Real paths of folders that were searched. */
  readonly seen: Set<string>
  /** Kustomization to the files that it reaches. */
  readonly listed: Map<string, readonly string[]>
}

function collectFolder(walk: Walk, folder: string, depth: number): void {
  const real = walk.disk.folder(folder)
  if (real === undefined || walk.seen.has(real)) return
  walk.seen.add(real)
  const names = walk.disk.list(folder)
  if (depth > MAX_DEPTH) {
    walk.disk.problem(wholeFile(walk.disk.shown(folder)), `deeper than ${MAX_DEPTH} folders; not searched`)
    return
  }
  if (names.includes('Chart.yaml')) {
    const chart = join(folder, 'Chart.yaml')
    walk.disk.problem(
      wholeFile(walk.disk.shown(chart)),
      'a Helm chart is no manifest yet: pipe the output of helm template into --k8s -',
    )
    return
  }
  const kustomization = KUSTOMIZATION_NAMES.find((name) => names.includes(name))
  if (kustomization !== undefined) collectKustomization(walk, join(folder, kustomization))
  for (const name of names) {
    const path = join(folder, name)
    if (isManifestName(name)) {
      if (kustomization === undefined && walk.disk.folder(path) === undefined && !walk.files.has(path)) {
        walk.files.set(path, undefined)
      }
    } else if (!name.startsWith('.') && name !== 'node_modules') collectFolder(walk, path, depth + 1)
  }
}

/** The files that it reaches; its namespace is given to all of them. */
function collectKustomization(walk: Walk, path: string): readonly string[] {
  const before = walk.listed.get(path)
  if (before !== undefined) return before
  walk.listed.set(path, [])
  const file = walk.disk.read(path)
  if (file === undefined) return []
  const first = parseYaml(file.shown, file.text, (place, message) => walk.disk.problem(place, message))[0]
  if (first === undefined || first.broken) return []
  walk.kustomizations.set(path, first.tree)
  const kustomization = readKustomization(walk.disk, file, first.tree)
  for (const part of kustomization.parts) walk.parts.add(part)
  const reached = [path, ...kustomization.resources.flatMap((resource) => reach(walk, resource))]
  for (const name of reached) walk.files.set(name, kustomization.namespace ?? walk.files.get(name))
  walk.listed.set(path, reached)
  return reached
}

function reach(walk: Walk, resource: string): readonly string[] {
  if (walk.disk.folder(resource) === undefined) return [resource]
  const inner = KUSTOMIZATION_NAMES.map((name) => join(resource, name)).find((name) => walk.disk.exists(name))
  if (inner !== undefined) return collectKustomization(walk, inner)
  walk.disk.problem(
    wholeFile(walk.disk.shown(resource)),
    `a kustomization names this folder, and it has no kustomization of its own`,
  )
  return []
}

function isManifestName(name: string): boolean {
  return /\.(ya?ml|json)$/i.test(name)
}
