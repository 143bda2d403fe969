import { join } from 'node:path'
import type { Disk } from '../../disk.ts'
import { KUSTOMIZATION_NAMES } from './kustomization.ts'

/** Folders that are looked into for manifests when nobody named one; nothing else is, so that a large tree costs nothing. */
const FOLDERS = new Set(
  (
    'k8s kubernetes kube manifests manifest deploy deployment deployments charts cluster gitops infra infrastructure ' +
    'ops base overlays dev staging prod production apps argocd flux kustomize'
  ).split(' '),
)
const MAX_DEPTH = 4
/** Of one folder: a folder with more files of YAML holds something else. */
const MAX_NAMES = 500

export interface FoundManifests {
  /** Absolute paths of files with manifests, for `readKubernetes`. */
  readonly paths: readonly string[]
  /** Helm charts, which hold no manifest yet: absolute folders. */
  readonly charts: readonly string[]
}

/** The manifests of an installation: files beside its Compose file and in folders with the usual names. */
export function findManifests(disk: Disk, folder: string): FoundManifests {
  const paths: string[] = []
  const charts: string[] = []
  const look = (path: string, depth: number) => {
    const names = disk.list(path).slice(0, MAX_NAMES)
    if (names.includes('Chart.yaml')) {
      charts.push(path)
      return
    }
    const kustomization = KUSTOMIZATION_NAMES.find((name) => names.includes(name))
    if (kustomization !== undefined) paths.push(join(path, kustomization))
    for (const name of names) {
      if (/\.ya?ml$/i.test(name) && !/^(?:docker-)?compose\b/.test(name)) {
        if (kustomization === undefined && isManifest(disk, join(path, name))) paths.push(join(path, name))
      } else if (depth < MAX_DEPTH && FOLDERS.has(name.toLowerCase()) && disk.folder(join(path, name)) !== undefined)
        look(join(path, name), depth + 1)
    }
  }
  look(folder, 1)
  return { paths, charts }
}

function isManifest(disk: Disk, path: string): boolean {
  const text = disk.read(path)?.text ?? ''
  return /^apiVersion:\s*\S/m.test(text) && /^kind:\s*\S/m.test(text)
}
