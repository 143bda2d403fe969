import { basename } from 'node:path'
import type { Disk } from '../../disk.ts'
import type { Located } from '../../text/place.ts'
import type { Directive } from '../directive.ts'
import { type BoundPath, findProxyFiles } from '../proxy-files.ts'
import { expandImports, type Importing, type ImportRun, importedBy } from './import.ts'
import { parseCaddy } from './parse.ts'
import type { CaddyFile, CaddySite } from './types.ts'

export interface CaddyOptions {
  /** Binds of the containers, so that imports by their path in the container are found. */
  readonly mounts?: readonly BoundPath[]
  /** What `{$NAME}` is filled in with: the environment of Caddy's container. */
  readonly variables?: ReadonlyMap<string, string>
}

/** The Caddyfiles of an installation. `folder` is absolute. */
export function readCaddy(disk: Disk, folder: string, options: CaddyOptions = {}): readonly CaddyFile[] {
  const mounts = options.mounts ?? []
  const variables = options.variables ?? new Map()
  const context: Importing = { disk, folder, mounts, variables, imported: new Set(), parsed: new Map() }
  const mounted = mounts.filter(({ source, target }) => /\/Caddyfile$/.test(target) && disk.exists(source))
  const paths = new Set([...findProxyFiles(disk, folder, isCaddyName), ...mounted.map(({ source }) => source)])
  const files: CaddyFile[] = []
  for (const path of [...paths].sort(mainFirst)) {
    if (context.imported.has(path)) continue
    const file = readOne(context, path)
    if (file !== undefined) files.push(file)
  }
  return files.filter(({ path }) => !context.imported.has(path)).sort((a, b) => (a.path < b.path ? -1 : 1))
}

function isCaddyName(name: string): boolean {
  return /^Caddyfile(?:\.[\w-]+)?$|^[^.].*\.(?:caddyfile|caddy)$/i.test(name) && !/\.(?:json|md|bak|orig)$/.test(name)
}

function mainFirst(a: string, b: string): number {
  const rank = (path: string) => (basename(path) === 'Caddyfile' ? 0 : 1)
  return rank(a) - rank(b) || (a < b ? -1 : 1)
}

function readOne(context: Importing, path: string): CaddyFile | undefined {
  const file = context.disk.readIfThere(path)
  if (file === undefined) return undefined
  const run: ImportRun = {
    ...context,
    snippets: new Map(),
    outside: [],
    resolved: new Map(),
    looping: new Set(),
    count: 0,
  }
  const parsed = parseCaddy(context.disk, file, context.variables)
  const bare = bareSite(parsed)
  const sites: CaddySite[] = []
  const options: Directive[] = []
  if (bare !== undefined) sites.push(toSite(run, bare, parsed.slice(parsed.indexOf(bare) + 1)))
  else for (const entry of topLevel(run, parsed)) addEntry(run, entry, sites, options)
  return { path, shown: file.shown, options, sites, outside: run.outside }
}

/** The first line of a file that is one site without braces. */
function bareSite(parsed: readonly Directive[]): Directive | undefined {
  const first = parsed.find(({ name, block }) => name !== 'import' && !(block !== undefined && isSpecial(name)))
  return first?.block === undefined ? first : undefined
}

function isSpecial(name: string): boolean {
  return name === '' || /^&?\(.+\)$/.test(name)
}

/** Entries of the outermost level; a snippet is known from its line on, as in Caddy. */
function* topLevel(run: ImportRun, parsed: readonly Directive[], chain: readonly string[] = []): Generator<Directive> {
  for (const entry of parsed) {
    const target = entry.name === 'import' ? entry.args[0] : undefined
    if (target !== undefined)
      for (const { name, content } of importedBy(run, entry, target, chain))
        yield* topLevel(run, content, [...chain, name])
    else if (entry.block !== undefined && /^&?\(.+\)$/.test(entry.name))
      run.snippets.set(entry.name.replace(/^&?\(|\)$/g, ''), entry.block)
    else yield entry
  }
}

function addEntry(run: ImportRun, entry: Directive, sites: CaddySite[], options: Directive[]): void {
  if (entry.name === '') options.push(...expandImports(run, entry.block ?? []))
  else if (entry.block !== undefined) sites.push(toSite(run, entry, entry.block))
  else run.disk.problem(entry.at, `${entry.name} stands outside of a site; a block with { } is wanted here`)
}

function toSite(run: ImportRun, entry: Directive, directives: readonly Directive[]): CaddySite {
  const first: Located<string> = { value: entry.name, at: entry.at }
  const addresses = [first, ...entry.args]
    .map(({ value, at }) => ({ value: value.replace(/(?<!,),+$/, ''), at }))
    .filter(({ value }) => value !== '')
  const openLine = entry.block === undefined ? undefined : entry.lines?.last
  const site = { at: entry.at, path: entry.path, addresses: addresses.length > 0 ? addresses : [first] }
  return { ...site, directives: expandImports(run, directives), openLine }
}
