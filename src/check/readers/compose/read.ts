import { dirname, resolve } from 'node:path'
import type { Disk } from '../../disk.ts'
import { wholeFile } from '../../text/place.ts'
import { at, type Mapping } from '../../text/tree.ts'
import { findComposeFiles } from './discover.ts'
import { createLoader, emptyMapping, kindOf, type Loader } from './loader.ts'
import { settle } from './merge.ts'
import { loadModel } from './model.ts'
import { readProjectEnv } from './project-env.ts'
import { fileResourcesOf, networksOf, volumesOf } from './resources.ts'
import { serviceOf } from './service.ts'
import type { ComposeProject, Service } from './types.ts'

/**
 * The Compose project of a folder, or the one of the given files (relative to the folder). Undefined when there is none or
 * nothing of it can be read; what is wrong is kept by the disk, and the rest is still used.
 *
 * Variables come from `.env` files and defaults only. The shell's environment is never used, though Compose prefers it:
 * the same files must give the same findings to everyone.
 */
export function readCompose(disk: Disk, folder: string, files?: readonly string[]): ComposeProject | undefined {
  const root = resolve(folder)
  const paths = files === undefined ? findComposeFiles(disk, root) : files.map((file) => resolve(root, file))
  const main = paths[0]
  if (main === undefined) return undefined
  const projectFolder = dirname(main)
  const loader = createLoader(disk, projectFolder, readProjectEnv(disk, [root, projectFolder]))
  const model = loadModel(loader, paths, projectFolder)
  if (model === undefined) return undefined
  const tree = loader.tags.seen ? (settle(model) as Mapping) : model
  const services = servicesOf(loader, tree, main)
  return {
    files: [...loader.files].map((file) => disk.shown(file)),
    path: main,
    tree,
    services,
    networks: networksOf(tree, services, disk.shown(main)),
    volumes: volumesOf(tree),
    secrets: fileResourcesOf(tree, 'secrets', projectFolder),
    configs: fileResourcesOf(tree, 'configs', projectFolder),
    envFiles: [...loader.envFiles],
    variables: loader.uses,
  }
}

function servicesOf(loader: Loader, model: Mapping, main: string): readonly Service[] {
  const tree = at(model, 'services')
  if (tree?.kind !== 'mapping') {
    const place = tree?.at ?? wholeFile(loader.disk.shown(main))
    loader.report(
      place,
      tree === undefined ? 'there are no services in it' : `services must be a mapping, and this is ${kindOf(tree)}`,
    )
    return []
  }
  const services: Service[] = []
  for (const [name, { at: place, value }] of tree.entries) {
    if (value.kind === 'mapping') services.push(serviceOf(loader, name, place, value))
    else if (value.kind === 'scalar' && value.value === null)
      services.push(serviceOf(loader, name, place, emptyMapping(place)))
    else loader.report(value.at, `services.${name} must be a mapping, and this is ${kindOf(value)}`)
  }
  return services
}
