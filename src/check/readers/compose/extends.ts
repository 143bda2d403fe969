import { dirname, resolve } from 'node:path'
import type { Place } from '../../text/place.ts'
import { at, type Entry, type Mapping, textOf } from '../../text/tree.ts'
import { type Loader, readLayers, withEntries } from './loader.ts'
import { mergeFiles, mergeServices } from './merge.ts'
import { resolveService } from './paths.ts'
import { isRemote } from './remote.ts'

/** The services of one file, and what was found out about them. */
interface Source {
  readonly loader: Loader
  readonly path: string
  readonly services: Mapping
  readonly done: Map<string, Mapping>
}

/** Chains of real projects have two or three links. */
const MAX_CHAIN = 50

/** A file with the `extends` of all its services carried out. */
export function applyExtends(loader: Loader, path: string, layer: Mapping): Mapping {
  const entry = layer.entries.get('services')
  if (entry?.value.kind !== 'mapping') return layer
  const source: Source = { loader, path, services: entry.value, done: new Map() }
  const sources = new Map([[path, source]])
  const entries = new Map<string, Entry>()
  for (const [name, { at, value }] of source.services.entries) {
    entries.set(name, { at, value: value.kind === 'mapping' ? extended(sources, source, name, value, []) : value })
  }
  return withEntries(layer, { services: { at: entry.at, value: { ...source.services, entries } } })
}

type Sources = Map<string, Source>

function extended(sources: Sources, source: Source, name: string, service: Mapping, chain: readonly string[]): Mapping {
  const before = source.done.get(name)
  if (before !== undefined) return before
  const own = withEntries(service, { extends: undefined })
  const wanted = service.entries.get('extends')
  if (wanted === undefined) return service
  const link = `${source.path}#${name}`
  if (chain.includes(link) || chain.length >= MAX_CHAIN) {
    source.loader.report(wanted.at, `services.${name} extends itself, over ${chain.length} services`)
    return own
  }
  const base = baseOf(sources, source, name, wanted, [...chain, link])
  const result = base === undefined ? own : mergeServices(source.loader, base, own)
  source.done.set(name, result)
  return result
}

function baseOf(
  sources: Sources,
  source: Source,
  name: string,
  wanted: Entry,
  chain: readonly string[],
): Mapping | undefined {
  const { report } = source.loader
  const baseName = textOf(at(wanted.value, 'service')) ?? textOf(wanted.value)
  const file = textOf(at(wanted.value, 'file'))
  if (baseName === undefined) {
    report(wanted.at, `the extends of services.${name} names no service`)
    return undefined
  }
  const other = file === undefined ? source : openSource(sources, source, file, wanted.at)
  const base = other?.services.entries.get(baseName)?.value
  if (other === undefined) return undefined
  if (base?.kind !== 'mapping') {
    report(
      wanted.at,
      `services.${name} extends ${baseName}, and there is no such service in ${source.loader.disk.shown(other.path)}`,
    )
    return undefined
  }
  const result = extended(sources, other, baseName, base, chain)
  const folder = dirname(other.path)
  return folder === dirname(source.path) ? result : resolveService(result, folder)
}

function openSource(sources: Sources, source: Source, file: string, wantedAt: Place): Source | undefined {
  const { loader } = source
  if (isRemote(file)) {
    loader.report(wantedAt, 'this extends a file of another host; nothing is fetched, so it is not checked')
    return undefined
  }
  const path = resolve(dirname(source.path), file)
  const known = sources.get(path)
  if (known !== undefined) return known
  const layers = readLayers(loader, path, wantedAt)
  const [first, ...more] = layers
  if (first === undefined) return undefined
  const whole = more.reduce((base, over) => mergeFiles(loader, base, over), first)
  const services = at(whole, 'services')
  if (services?.kind !== 'mapping') {
    loader.report(wantedAt, `${loader.disk.shown(path)} has no services`)
    return undefined
  }
  const opened: Source = { loader, path, services, done: new Map() }
  sources.set(path, opened)
  return opened
}
