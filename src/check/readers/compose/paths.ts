/**
 * Files that are extended or included from another folder have paths relative to that folder. They are made absolute
 * before they are merged, as Compose does it; paths of the project's own folder stay as they are written.
 */
import { resolve } from 'node:path'
import type { Entry, Mapping, Scalar, Tree } from '../../text/tree.ts'
import { withEntries } from './loader.ts'
import { absolutePath, isHostPath, splitVolume } from './mounts.ts'

type Change = (tree: Tree, folder: string) => Tree

/** All paths of a whole file. */
export function resolvePaths(model: Mapping, folder: string): Mapping {
  return change(model, folder, {
    services: (services) =>
      each(services, (service) => (service.kind === 'mapping' ? resolveService(service, folder) : service)),
    secrets: (secrets) => each(secrets, (secret) => change(secret, folder, { file: path })),
    configs: (configs) => each(configs, (config) => change(config, folder, { file: path })),
  })
}

/** All paths of a service. */
export function resolveService(service: Mapping, folder: string): Mapping {
  return change(service, folder, { build, env_file: pathOrList, label_file: pathOrList, volumes })
}

function change<T extends Tree>(tree: T, folder: string, changes: Readonly<Record<string, Change>>): T {
  if (tree.kind !== 'mapping') return tree
  const changed: Record<string, Entry> = {}
  for (const [key, apply] of Object.entries(changes)) {
    const entry = tree.entries.get(key)
    if (entry !== undefined) changed[key] = { at: entry.at, value: apply(entry.value, folder) }
  }
  return Object.keys(changed).length === 0 ? tree : { ...tree, ...withEntries(tree, changed) }
}

function each(tree: Tree, apply: (tree: Tree) => Tree): Tree {
  if (tree.kind === 'scalar') return tree
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(apply) }
  const entries = new Map<string, Entry>()
  for (const [key, { at, value }] of tree.entries) entries.set(key, { at, value: apply(value) })
  return { ...tree, entries }
}

function path(tree: Tree, folder: string): Tree {
  return text(tree, (value) => resolve(folder, value))
}

function text(tree: Tree, apply: (value: string) => string): Tree {
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string') return tree
  return { ...tree, value: apply(tree.value) } satisfies Scalar
}

function pathOrList(tree: Tree, folder: string): Tree {
  if (tree.kind === 'list') return each(tree, (item) => pathOrList(item, folder))
  return tree.kind === 'mapping' ? change(tree, folder, { path }) : path(tree, folder)
}

function build(tree: Tree, folder: string): Tree {
  const context = (value: Tree) => (isRemoteContext(value) ? value : path(value, folder))
  return tree.kind === 'mapping' ? change(tree, folder, { context }) : context(tree)
}

/** `https://…`, `git@…:…`: fetched by the engine. */
export function isRemoteContext(tree: Tree): boolean {
  return tree.kind === 'scalar' && /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/.test(String(tree.value))
}

function volumes(tree: Tree, folder: string): Tree {
  return each(tree, (item) => {
    if (item.kind === 'mapping') {
      const bind = item.entries.get('type')?.value
      return bind?.kind === 'scalar' && bind.value === 'bind' ? change(item, folder, { source: hostPath }) : item
    }
    return text(item, (value) => {
      const { source } = splitVolume(value)
      return isHostPath(source) ? absolutePath(source, folder) + value.slice(source.length) : value
    })
  })
}

function hostPath(tree: Tree, folder: string): Tree {
  return text(tree, (value) => absolutePath(value, folder))
}
