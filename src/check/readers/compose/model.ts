import { dirname, resolve } from 'node:path'
import type { Place } from '../../text/place.ts'
import { at, itemsOf, type Mapping, plain, type Tree, textOf } from '../../text/tree.ts'
import { applyExtends } from './extends.ts'
import { asList } from './forms.ts'
import { type Loader, readLayers, withEntries, withEnv } from './loader.ts'
import { mergeFiles } from './merge.ts'
import { resolvePaths } from './paths.ts'
import { readEnvPaths, readProjectEnv } from './project-env.ts'
import { isRemote } from './remote.ts'

const RESOURCES = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models']

/**
 * Files that belong together, merged in their order, with what they extend and include. `folder` is what relative paths
 * are relative to; `chain` are the files that led here through `include`.
 */
export function loadModel(
  loader: Loader,
  paths: readonly string[],
  folder: string,
  wantedAt?: Place,
  chain: readonly string[] = [],
): Mapping | undefined {
  let model: Mapping | undefined
  for (const path of paths) {
    for (const layer of readLayers(loader, path, wantedAt)) {
      const extended = applyExtends(loader, path, layer)
      const whole = applyIncludes(loader, extended, folder, [...chain, path])
      model = model === undefined ? whole : mergeFiles(loader, model, whole)
    }
  }
  return model
}

function applyIncludes(loader: Loader, layer: Mapping, folder: string, chain: readonly string[]): Mapping {
  const include = at(layer, 'include')
  if (include === undefined) return layer
  let whole = withEntries(layer, { include: undefined })
  if (include.kind !== 'list') loader.report(include.at, 'include takes a list of files')
  for (const item of itemsOf(include)) {
    const included = loadInclude(loader, item, folder, chain)
    if (included !== undefined) whole = addResources(loader, whole, included)
  }
  return whole
}

function loadInclude(loader: Loader, item: Tree, folder: string, chain: readonly string[]): Mapping | undefined {
  const named = item.kind === 'mapping' ? at(item, 'path') : item
  const files = texts(named)
  const main = files[0]
  if (main === undefined) {
    loader.report(item.at, 'an include without a path')
    return undefined
  }
  if (files.some(isRemote)) {
    loader.report(item.at, 'this includes a file of another host; nothing is fetched, so it is not checked')
    return undefined
  }
  const paths = files.map((file) => resolve(folder, file))
  if (chain.includes(paths[0]!)) {
    loader.report(item.at, `${loader.disk.shown(paths[0]!)} includes itself, over ${chain.length} files`)
    return undefined
  }
  const project = textOf(at(item, 'project_directory'))
  const innerFolder = project === undefined ? dirname(paths[0]!) : resolve(folder, project)
  const envPaths = texts(at(item, 'env_file')).map((file) => resolve(folder, file))
  const env =
    envPaths.length > 0
      ? readEnvPaths(loader.disk, envPaths, loader.env)
      : readProjectEnv(loader.disk, [innerFolder], loader.env)
  const model = loadModel(withEnv(loader, env), paths, innerFolder, item.at, chain)
  return model === undefined || innerFolder === loader.folder ? model : resolvePaths(model, innerFolder)
}

function texts(tree: Tree | undefined): readonly string[] {
  if (tree === undefined || tree.kind === 'mapping') return []
  return asList(tree)
    .items.map((item) => textOf(item) ?? '')
    .filter((text) => text !== '')
}

/** What is included may not change what is here: two different things of one name are a fault. */
function addResources(loader: Loader, model: Mapping, included: Mapping): Mapping {
  let whole = model
  for (const key of RESOURCES) {
    const from = included.entries.get(key)
    if (from?.value.kind !== 'mapping') continue
    const into = whole.entries.get(key)
    const entries = new Map(into?.value.kind === 'mapping' ? into.value.entries : [])
    for (const [name, entry] of from.value.entries) {
      const own = entries.get(name)
      if (own === undefined) entries.set(name, entry)
      else if (JSON.stringify(plain(own.value)) !== JSON.stringify(plain(entry.value))) {
        const message = `${key}.${name} is included from ${entry.at.file}:${entry.at.line} and is different here`
        loader.report(own.at, `${message}; Compose refuses that`)
      }
    }
    const place = into ?? from
    whole = withEntries(whole, { [key]: { at: place.at, value: { kind: 'mapping', entries, at: place.value.at } } })
  }
  return whole
}
