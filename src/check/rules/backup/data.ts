import { resolve } from 'node:path'
import type { DataPlace } from '../../profile/profile.ts'
import { serviceFacts } from '../../profile/service.ts'
import type { Mount, Service } from '../../readers/compose/types.ts'
import { isWithin } from '../../readers/proxy-files.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'

/** A place with data that can't be made again, as this installation has it. */
export interface KeptPlace {
  readonly what: string
  readonly kind: Exclude<DataPlace['kind'], 'cache'>
  /** In the container, or beside the Compose file. */
  readonly path: string
  readonly service: Service | undefined
  readonly at: Place
  /** The mount that it lies in; undefined for a file beside the Compose file, and for a database without one. */
  readonly mount: Mount | undefined
  /** Absolute path on the host; undefined within a volume. */
  readonly hostPath: string | undefined
}

/** For `applies`: is there anything that a backup should hold? */
export function hasData(stack: Stack): boolean {
  const services = stack.compose?.services ?? []
  const runs = services.length + stack.kubernetes.length > 0
  return (runs && stack.profile.data.some(({ kind }) => kind !== 'cache')) || databasesOf(stack).length > 0
}

/** Services that hold a database. */
export function databasesOf(stack: Stack): readonly Service[] {
  const services = stack.compose?.services ?? []
  return services.filter(({ name, image }) => serviceFacts(stack.profile, name, image?.value.text)?.role === 'database')
}

/** What the profile says must be kept and is there, and every database besides. */
export function keptPlaces(stack: Stack): readonly KeptPlace[] {
  const places = stack.profile.data.flatMap((place) =>
    place.kind === 'cache' ? [] : place.service === undefined ? besidePlace(stack, place) : inService(stack, place),
  )
  const known = new Set(places.flatMap(({ kind, service }) => (kind === 'database' ? (service ?? []) : [])))
  const others = databasesOf(stack).filter((service) => !known.has(service))
  return [...places, ...others.map(otherDatabase)]
}

function otherDatabase(service: Service): KeptPlace {
  const mount = service.mounts.find(
    ({ kind, target }) => kind !== 'tmpfs' && !/\/(?:run|tmp|etc|docker-entrypoint)/.test(target),
  )
  const path = mount?.target ?? service.name
  return {
    what: 'The database',
    kind: 'database',
    path,
    service,
    at: service.at,
    mount,
    hostPath: hostPathOf(mount, path),
  }
}

function inService(stack: Stack, { what, kind, path, service: name }: DataPlace): readonly KeptPlace[] {
  const service = serviceNamed(stack, name!)
  if (service === undefined || kind === 'cache') return []
  const mount = nearestMount(service, path)
  // What lies in no mount is gone with the container; a rule of the family compose tells of that.
  if (kind !== 'database' && (mount === undefined || mount.kind === 'tmpfs')) return []
  return [{ what, kind, path, service, at: mount?.at ?? service.at, mount, hostPath: hostPathOf(mount, path) }]
}

/** The service of that name; else the one that the profile takes for the same. */
function serviceNamed(stack: Stack, name: string): Service | undefined {
  const services = stack.compose?.services ?? []
  const wanted = stack.profile.services.find(({ names }) => names.includes(name))
  const alike = (service: Service) =>
    wanted !== undefined && serviceFacts(stack.profile, service.name, service.image?.value.text) === wanted
  return services.find((service) => service.name === name) ?? services.find(alike)
}

function nearestMount({ mounts }: Service, path: string): Mount | undefined {
  const covering = mounts.filter(({ target }) => isWithin(path, target.replace(/(?<=.)\/$/, '')))
  return covering.sort((a, b) => b.target.length - a.target.length)[0]
}

function hostPathOf(mount: Mount | undefined, path: string): string | undefined {
  if (mount?.kind !== 'bind') return undefined
  return resolve(mount.source, `.${path.slice(mount.target.replace(/\/$/, '').length)}`)
}

function besidePlace(stack: Stack, { what, kind, path }: DataPlace): readonly KeptPlace[] {
  const absolute = resolve(stack.folder, path)
  const found = knownPaths(stack).find((one) => isWithin(one.path, absolute) || isWithin(absolute, one.path))
  if (found === undefined || kind === 'cache') return []
  return [{ what, kind, path, service: undefined, at: found.at, mount: undefined, hostPath: absolute }]
}

/** Files and folders beside the Compose file of which one knows that they are there. */
function knownPaths(stack: Stack): readonly { readonly path: string; readonly at: Place }[] {
  const { compose } = stack
  const resources = [...(compose?.secrets.values() ?? []), ...(compose?.configs.values() ?? [])]
  const binds = (compose?.services ?? []).flatMap(({ mounts }) => mounts.filter(({ kind }) => kind === 'bind'))
  return [
    ...stack.env.filter(({ use }) => use !== 'example').map(({ path, shown }) => ({ path, at: wholeFile(shown) })),
    ...[...stack.caddy, ...stack.nginx].map(({ path, shown }) => ({ path, at: wholeFile(shown) })),
    ...resources.flatMap(({ file, at }) => (file === undefined ? [] : [{ path: file, at }])),
    ...binds.filter(({ source }) => source !== stack.folder).map(({ source, at }) => ({ path: source, at })),
  ]
}
