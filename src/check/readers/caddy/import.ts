import { basename, dirname, join, resolve } from 'node:path'
import type { Disk } from '../../disk.ts'
import type { Located, Place } from '../../text/place.ts'
import type { Directive } from '../directive.ts'
import { type BoundPath, globNames, hasWildcard, hostPath, isWithin } from '../proxy-files.ts'
import { parseCaddy } from './parse.ts'

const MAX_DEPTH = 20
/** Directives of one configuration, imports put in: a stop for snippets that import each other many times. */
const MAX_DIRECTIVES = 20_000

export interface Importing {
  readonly disk: Disk
  /** Absolute: the installation. */
  readonly folder: string
  readonly mounts: readonly BoundPath[]
  readonly variables: ReadonlyMap<string, string>
  /** Absolute paths of files that another one imports. */
  readonly imported: Set<string>
  readonly parsed: Map<string, readonly Directive[]>
}

/** One Caddyfile while its imports are being put in. */
export interface ImportRun extends Importing {
  readonly snippets: Map<string, readonly Directive[]>
  readonly outside: Located<string>[]
  /** Absolute paths that an import means, by its folder and text, so that the disk is asked once. */
  readonly resolved: Map<string, readonly string[] | undefined>
  /** Places of imports that a problem was reported of. */
  readonly looping: Set<Place>
  count: number
}

/** The directives with every `import` and `invoke` replaced by what it stands for. `chain`: names that led here. */
export function expandImports(
  run: ImportRun,
  directives: readonly Directive[],
  chain: readonly string[] = [],
): readonly Directive[] {
  const result: Directive[] = []
  for (const directive of directives) {
    if (run.count >= MAX_DIRECTIVES) {
      if (run.count++ === MAX_DIRECTIVES)
        run.disk.problem(directive.at, `more than ${MAX_DIRECTIVES} directives with all imports; the rest is not read`)
      return result
    }
    run.count++
    const isImport = directive.name === 'import' || directive.name === 'invoke'
    if (isImport && directive.args[0] !== undefined)
      for (const more of importOne(run, directive, directive.args[0], chain)) result.push(more)
    else if (directive.block === undefined) result.push(directive)
    else result.push({ ...directive, block: expandImports(run, directive.block, chain) })
  }
  return result
}

function importOne(
  run: ImportRun,
  directive: Directive,
  target: Located<string>,
  chain: readonly string[],
): readonly Directive[] {
  return importedBy(run, directive, target, chain).flatMap(({ name, content }) =>
    expandImports(run, content, [...chain, name]),
  )
}

/** What an import stands for, a part for each file, imports in it not yet followed. */
export function importedBy(
  run: ImportRun,
  directive: Directive,
  target: Located<string>,
  chain: readonly string[],
): readonly { readonly name: string; readonly content: readonly Directive[] }[] {
  const snippet = run.snippets.get(target.value)
  const names = snippet === undefined ? resolved(run, directive, target.value) : [target.value]
  if (names === undefined) {
    if (!run.outside.some(({ at }) => at === target.at)) run.outside.push(target)
    return []
  }
  const values = directive.args.slice(1).map(({ value }) => value)
  return names.flatMap((name) => {
    if (chain.includes(name) || chain.length >= MAX_DEPTH) {
      const why = chain.includes(name) ? 'leads back to itself' : `is deeper than ${MAX_DEPTH}`
      if (!run.looping.has(target.at))
        run.disk.problem(target.at, `this import ${why}: ${snippet === undefined ? run.disk.shown(name) : name}`)
      run.looping.add(target.at)
      return []
    }
    const content = snippet ?? readImported(run, name, target)
    return [{ name, content: putIn(content, values, directive.block ?? []) }]
  })
}

function readImported(run: ImportRun, path: string, target: Located<string>): readonly Directive[] {
  const known = run.parsed.get(path)
  if (known !== undefined) return known
  run.imported.add(path)
  const file = run.disk.read(path, target.at)
  const directives = file === undefined ? [] : parseCaddy(run.disk, file, run.variables)
  run.parsed.set(path, directives)
  return directives
}

function resolved(run: ImportRun, directive: Directive, value: string): readonly string[] | undefined {
  const key = `${dirname(directive.path)}\0${value}`
  if (!run.resolved.has(key)) run.resolved.set(key, resolveImport(run, directive, value))
  return run.resolved.get(key)
}

/** Absolute paths of the files of an import; undefined when they are not in the installation. */
function resolveImport(run: ImportRun, directive: Directive, value: string): readonly string[] | undefined {
  const { disk, mounts } = run
  const own = dirname(directive.path)
  const mounted = value.startsWith('/') ? hostPath(value, mounts) : undefined
  const below = /^\/etc\/caddy\/(.+)$/.exec(value)?.[1]
  const wanted = [mounted, below === undefined ? undefined : resolve(own, below), resolve(own, value)]
  for (const path of wanted) {
    if (path === undefined) continue
    const known = mounts.some(({ source }) => isWithin(path, source))
    if (!known && !isWithin(path, run.folder) && !isWithin(own, '/etc')) continue
    const there = globNames(disk, dirname(path), basename(path))
      .map((name) => join(dirname(path), name))
      .filter((one) => disk.exists(one))
    if (there.length > 0) return there
  }
  if (hasWildcard(value)) return []
  return value.startsWith('/') || value.includes('{') ? undefined : [resolve(own, value)]
}

/** Fills in `{args[0]}`, `{args.0}`, `{args[:]}` and `{block}`. */
function putIn(
  directives: readonly Directive[],
  values: readonly string[],
  block: readonly Directive[],
): readonly Directive[] {
  const fill = (text: string) =>
    text
      .replace(/\{args[[.](\d+)\]?\}/g, (whole, index: string) => values[Number(index)] ?? whole)
      .replace(/\{args\[:\]\}/g, () => values.join(' '))
  return directives.flatMap((directive) =>
    directive.name === '{block}'
      ? block
      : {
          ...directive,
          name: fill(directive.name),
          args: directive.args.map(({ value, at }) => ({ value: fill(value), at })),
          block: directive.block === undefined ? undefined : putIn(directive.block, values, block),
        },
  )
}
