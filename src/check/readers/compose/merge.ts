/**
 * How Compose lays one file over another (Compose Specification, "Merge"; compose-go 2, package override): mappings by key,
 * lists appended, with exceptions by place in the file. Nothing is changed in place.
 */
import { lookUp } from '../../text/lookup.ts'
import type { Entry, List, Mapping, Tree } from '../../text/tree.ts'
import { asList, asNamed, asShortMapping } from './forms.ts'
import { kindOf, type Loader, spend } from './loader.ts'
import { dropRepeated } from './unique.ts'

/** How a key of a service is merged when it is not merged as its kind (mapping by key, list appended) says. */
const SERVICE_RULES: Readonly<Record<string, 'replace' | 'named' | 'list' | 'short' | 'logging' | 'limit'>> = {
  command: 'replace',
  entrypoint: 'replace',
  'healthcheck.test': 'replace',
  annotations: 'named',
  environment: 'named',
  labels: 'named',
  sysctls: 'named',
  'build.additional_contexts': 'named',
  'build.args': 'named',
  'build.labels': 'named',
  'deploy.labels': 'named',
  dns: 'list',
  dns_opt: 'list',
  dns_search: 'list',
  env_file: 'list',
  extra_hosts: 'list',
  'build.extra_hosts': 'list',
  label_file: 'list',
  tmpfs: 'list',
  build: 'short',
  depends_on: 'short',
  extends: 'replace',
  models: 'short',
  networks: 'short',
  logging: 'logging',
}

type Path = readonly string[]
type Run = Pick<Loader, 'report' | 'budget'>

/** Two whole files. */
export function mergeFiles(run: Run, base: Mapping, over: Mapping): Mapping {
  return mergeMappings(base, over, [], run)
}

/** Two services, as `extends` does it. */
export function mergeServices(run: Run, base: Mapping, over: Mapping): Mapping {
  return mergeMappings(base, over, ['services', '*'], run)
}

function mergeMappings(base: Mapping, over: Mapping, path: Path, run: Run): Mapping {
  if (!spend(run, 'merged', base.entries.size + over.entries.size, over.at)) return over
  const entries = new Map<string, Entry>(base.entries)
  for (const [key, entry] of over.entries) {
    const before = entries.get(key)
    if (entry.value.tag === '!reset') entries.delete(key)
    else if (before === undefined || entry.value.tag === '!override' || key.startsWith('x-')) entries.set(key, entry)
    else entries.set(key, mergeEntry(before, entry, [...path, key], run))
  }
  return { kind: 'mapping', entries, at: base.at }
}

function mergeEntry(base: Entry, over: Entry, path: Path, run: Run): Entry {
  const value = mergeTrees(base.value, over.value, path, run)
  return value === base.value ? base : { at: value.kind === 'mapping' ? base.at : over.at, value }
}

function mergeTrees(base: Tree, over: Tree, path: Path, run: Run): Tree {
  const rule = ruleOf(path)
  if (rule === 'replace') return over
  if (isNull(over)) return base
  if (isNull(base)) return over
  if (rule === 'named') return mergeMappings(asNamed(base), asNamed(over), path, run)
  if (rule === 'list') return append(asList(base), asList(over), path, run)
  if (rule === 'short') return mergeMappings(asShortMapping(path, base), asShortMapping(path, over), path, run)
  if (rule === 'limit' && (base.kind !== 'mapping' || over.kind !== 'mapping')) return over
  if (rule === 'logging' && otherDriver(base, over)) return over
  if (base.kind === 'mapping' && over.kind === 'mapping') return mergeMappings(base, over, path, run)
  if (base.kind === 'list' && over.kind === 'list') return append(base, over, path, run)
  if (base.kind !== over.kind) {
    const where = `${path.join('.')} is ${kindOf(over)} here and ${kindOf(base)} in ${base.at.file}:${base.at.line}`
    run.report(over.at, `${where}; Compose can't merge them, so only this one is used`)
  }
  return over
}

function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null
}

function ruleOf(path: Path) {
  if (path[0] === 'services' && path.length > 2) {
    if (path.length === 4 && path[2] === 'ulimits') return 'limit'
    return lookUp(SERVICE_RULES, path.slice(2).join('.'))
  }
  return path.length === 3 && path[2] === 'labels' ? 'named' : undefined
}

/** Options of one logging driver mean nothing to another. */
function otherDriver(base: Tree, over: Tree): boolean {
  const driver = (tree: Tree) => {
    const value = tree.kind === 'mapping' ? tree.entries.get('driver')?.value : undefined
    return value?.kind === 'scalar' ? value.value : undefined
  }
  const [before, now] = [driver(base), driver(over)]
  return before !== undefined && now !== undefined && before !== now
}

function append(base: List, over: List, path: Path, run: Run): List {
  if (!spend(run, 'merged', base.items.length + over.items.length, over.at)) return over
  return dropRepeated({ ...base, items: [...base.items, ...over.items] }, path.slice(2).join('.'))
}

/** Takes `!reset` out where there was nothing to reset, so that its null isn't taken for a value. */
export function settle(tree: Tree): Tree {
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(settle) }
  if (tree.kind === 'scalar') return tree
  const entries = new Map<string, Entry>()
  for (const [key, { at, value }] of tree.entries) {
    if (value.tag !== '!reset') entries.set(key, { at, value: settle(value) })
  }
  return { ...tree, entries }
}
