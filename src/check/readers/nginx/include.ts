import { dirname, join, resolve } from 'node:path'
import type { Disk } from '../../disk.ts'
import type { Located } from '../../text/place.ts'
import type { Directive } from '../directive.ts'
import { type BoundPath, globNames, hasWildcard, hostPath, isWithin } from '../proxy-files.ts'
import { parseNginx } from './parse.ts'

/** Come with nginx and hold nothing that a rule asks for. */
const STOCK = /(^|\/)(mime\.types|(fastcgi|uwsgi|scgi|proxy)_params|fastcgi\.conf|koi-(utf|win)|win-utf)$/
const MAX_DEPTH = 20
/** Directives of one configuration, includes put in: a stop for files that include each other by pattern. */
const MAX_DIRECTIVES = 20_000

export interface Including {
  readonly disk: Disk
  /** Absolute: the installation. */
  readonly folder: string
  readonly mounts: readonly BoundPath[]
  /** Absolute paths of files that another one includes. */
  readonly included: Set<string>
  readonly parsed: Map<string, readonly Directive[]>
}

export interface Included {
  readonly directives: readonly Directive[]
  readonly outside: readonly Located<string>[]
}

/** The directives of a root file with all includes put in; undefined when the file can't be read. */
export function readIncluding(context: Including, path: string): Included | undefined {
  const own = parseFile(context, path)
  if (own === undefined) return undefined
  const run: Run = { ...context, root: path, outside: [], resolved: new Map(), looping: new Set(), count: 0 }
  return { directives: expand(run, own, [path]), outside: run.outside }
}

interface Run extends Including {
  readonly root: string
  readonly outside: Located<string>[]
  /** What an include means, by its text, so that the disk is asked once. */
  readonly resolved: Map<string, readonly string[] | undefined>
  /** Includes that a problem was reported of. */
  readonly looping: Set<Located<string>>
  count: number
}

function parseFile(
  { disk, parsed }: Including,
  path: string,
  wantedBy?: Located<string>,
): readonly Directive[] | undefined {
  const known = parsed.get(path)
  if (known !== undefined) return known
  const file = disk.read(path, wantedBy?.at)
  if (file === undefined) return undefined
  const directives = parseNginx(disk, file)
  parsed.set(path, directives)
  return directives
}

function expand(run: Run, directives: readonly Directive[], chain: readonly string[]): readonly Directive[] {
  const result: Directive[] = []
  for (const directive of directives) {
    if (run.count >= MAX_DIRECTIVES) {
      if (run.count++ === MAX_DIRECTIVES)
        run.disk.problem(directive.at, `more than ${MAX_DIRECTIVES} directives with all includes; the rest is not read`)
      return result
    }
    run.count++
    const target = directive.name === 'include' && directive.block === undefined ? directive.args[0] : undefined
    if (target !== undefined) for (const more of includeOne(run, target, chain)) result.push(more)
    else if (directive.block === undefined) result.push(directive)
    else result.push({ ...directive, block: expand(run, directive.block, chain) })
  }
  return result
}

function includeOne(run: Run, target: Located<string>, chain: readonly string[]): readonly Directive[] {
  const { disk } = run
  const paths = resolved(run, target.value)
  if (paths === undefined) {
    if (!STOCK.test(target.value) && !run.outside.includes(target)) run.outside.push(target)
    return []
  }
  return paths.flatMap((path) => {
    if (chain.includes(path) || chain.length > MAX_DEPTH) {
      const why = chain.includes(path) ? 'leads back to itself' : `is deeper than ${MAX_DEPTH} files`
      if (!run.looping.has(target)) disk.problem(target.at, `this include ${why}: ${disk.shown(path)}`)
      run.looping.add(target)
      return []
    }
    run.included.add(path)
    return expand(run, parseFile(run, path, target) ?? [], [...chain, path])
  })
}

function resolved(run: Run, value: string): readonly string[] | undefined {
  if (!run.resolved.has(value)) run.resolved.set(value, resolveInclude(run, value))
  return run.resolved.get(value)
}

/**
 * Absolute paths of what an include means; undefined when it names something outside of the installation. nginx takes
 * a relative name from the folder of its root file; a path below /etc/nginx is looked for there as well, as that folder
 * is what gets copied or mounted to /etc/nginx.
 */
function resolveInclude(run: Run, value: string): readonly string[] | undefined {
  const { disk, root, mounts } = run
  for (const path of candidates(root, value, mounts)) {
    if (!isWithin(path, run.folder) && !isWithin(root, '/etc') && !mounts.some(({ source }) => isWithin(path, source)))
      continue
    const names = globNames(disk, dirname(path), path.slice(dirname(path).length + 1))
    const there = names.map((name) => join(dirname(path), name)).filter((one) => disk.exists(one))
    if (there.length > 0) return there
  }
  if (hasWildcard(value)) return []
  return value.startsWith('/') || value.includes('$') || STOCK.test(value) ? undefined : [resolve(dirname(root), value)]
}

function candidates(root: string, value: string, mounts: readonly BoundPath[]): readonly string[] {
  const absolute = value.startsWith('/') ? value : join('/etc/nginx', value)
  const mounted = hostPath(absolute, mounts)
  const result = mounted === undefined ? [] : [mounted]
  const below = /^\/(?:usr\/local\/)?(?:etc|openresty)\/(?:nginx|openresty)\/(?:conf\/)?(.+)$/.exec(absolute)?.[1]
  if (below !== undefined) result.push(resolve(dirname(root), below), resolve(dirname(root), '..', below))
  if (value.startsWith('/')) result.push(value)
  return result
}
