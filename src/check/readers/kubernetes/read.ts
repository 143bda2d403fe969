import type { Disk, TextFile } from '../../disk.ts'
import type { Place } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'
import { parseYaml } from '../../text/yaml.ts'
import { collectFiles } from './collect.ts'
import type { Kind } from './object.ts'
import { objectsOf } from './object.ts'
import type { KubernetesObject } from './types.ts'

/** A kustomization may leave out what it is. */
const KUSTOMIZATION: Kind = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }

/**
 * Every Kubernetes object in these files and folders (YAML or JSON). A folder may hold other files, too; a file that is
 * named must hold an object. What can't be read becomes a problem of the disk.
 */
export function readKubernetes(disk: Disk, paths: readonly string[]): KubernetesObject[] {
  const { files, named, kustomizations } = collectFiles(disk, paths)
  const objects: KubernetesObject[] = []
  for (const [path, namespace] of files) {
    const file = disk.read(path)
    if (file === undefined) continue
    const kustomization = kustomizations.get(path)
    if (kustomization !== undefined) {
      const origin = { file: file.shown, path, document: 0, source: undefined, namespace }
      objects.push(...objectsOf(kustomization, origin, KUSTOMIZATION))
      continue
    }
    if (!named.has(path) && !file.text.includes('apiVersion')) continue
    const found = objectsOfFile(disk, file, path, namespace)
    if (found === 'none' && named.has(path)) disk.problem(wholeFile(file.shown), 'no Kubernetes object was found in it')
    if (found !== 'none') objects.push(...found)
  }
  return objects
}

/** The objects of a text that came through standard input, such as the output of `helm template`. */
export function readKubernetesText(disk: Disk, shownName: string, text: string): KubernetesObject[] {
  const file = { path: shownName, shown: shownName, text }
  const found = objectsOfFile(disk, file, undefined, undefined)
  if (found !== 'none') return found
  disk.problem(wholeFile(shownName), 'no Kubernetes object was found in it')
  return []
}

/** `none`: it could be read and holds no object. A text that could not be read has its problem already. */
function objectsOfFile(
  disk: Disk,
  file: TextFile,
  path: string | undefined,
  namespace: string | undefined,
): KubernetesObject[] | 'none' {
  const before = disk.problems.length
  const lines = file.text.split('\n')
  const report = (place: Place, message: string) => disk.problem(place, message)
  const objects = parseYaml(file.shown, file.text, report).flatMap(({ tree, broken }, document) => {
    // Half an object would be blamed for what its other half has.
    if (broken) return []
    const source = sourceAbove(lines, tree.at.line)
    return objectsOf(tree, { file: file.shown, path, document, source, namespace })
  })
  return objects.length === 0 && disk.problems.length === before ? 'none' : objects
}

/** The template that Helm names in a comment above a document. `line` counts from 1. */
function sourceAbove(lines: readonly string[], line: number): string | undefined {
  for (let index = line - 2; index >= 0; index -= 1) {
    const text = lines[index]!.trim()
    const source = /^# Source: (\S+)$/.exec(text)?.[1]
    if (source !== undefined) return source
    if (text !== '' && text !== '---' && !text.startsWith('#')) return undefined
  }
  return undefined
}
