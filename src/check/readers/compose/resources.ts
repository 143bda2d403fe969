import { resolve } from 'node:path'
import { type Place, wholeFile } from '../../text/place.ts'
import { at, entriesOf, type Mapping, type Tree, textOf } from '../../text/tree.ts'
import type { FileResource, Network, Service, Volume } from './types.ts'

/** `external: true`, and the old `external: {name: …}`. */
function isExternal(tree: Tree): boolean {
  const external = at(tree, 'external')
  return external?.kind === 'mapping' || textOf(external) === 'true'
}

/** The top-level networks; `default`, too, when a service joins it and nothing is written about it. */
export function networksOf(model: Mapping, services: readonly Service[], file: string): ReadonlyMap<string, Network> {
  const networks = new Map<string, Network>()
  for (const [name, { at: place, value }] of entriesOf(at(model, 'networks'))) {
    networks.set(name, {
      name,
      at: place,
      internal: textOf(at(value, 'internal')) === 'true',
      external: isExternal(value),
      driver: textOf(at(value, 'driver')) ?? '',
      tree: value,
    })
  }
  const joined = services.some((service) => service.networks.some(({ value }) => value === 'default'))
  if (joined && !networks.has('default')) networks.set('default', impliedNetwork(wholeFile(file)))
  return networks
}

function impliedNetwork(place: Place): Network {
  return { name: 'default', at: place, internal: false, external: false, driver: '', tree: undefined }
}

export function volumesOf(model: Mapping): ReadonlyMap<string, Volume> {
  const volumes = new Map<string, Volume>()
  for (const [name, { at: place, value }] of entriesOf(at(model, 'volumes'))) {
    volumes.set(name, { name, at: place, external: isExternal(value), tree: value })
  }
  return volumes
}

/** The top-level `secrets` or `configs`. */
export function fileResourcesOf(
  model: Mapping,
  key: 'secrets' | 'configs',
  folder: string,
): ReadonlyMap<string, FileResource> {
  const resources = new Map<string, FileResource>()
  for (const [name, { at: place, value }] of entriesOf(at(model, key))) {
    const file = textOf(at(value, 'file'))
    resources.set(name, {
      name,
      at: place,
      file: file === undefined ? undefined : resolve(folder, file),
      environment: textOf(at(value, 'environment')),
      external: isExternal(value),
    })
  }
  return resources
}
