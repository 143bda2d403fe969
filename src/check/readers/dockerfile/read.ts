import { basename, dirname, resolve } from 'node:path'
import type { Disk } from '../../disk.ts'
import { wholeFile } from '../../text/place.ts'
import { at, entriesOf, itemsOf, textOf } from '../../text/tree.ts'
import type { ComposeProject, Service } from '../compose/types.ts'
import { filesBelow } from '../files-below.ts'
import { contextOf } from './context.ts'
import { parseInstructions } from './parse.ts'
import { stagesOf } from './stages.ts'
import type { Dockerfile } from './types.ts'

const NAME = /^(?:Dockerfile|Containerfile)(?:[._-].+)?$|\.(?:Dockerfile|Containerfile)$/i

/** The parser needs some seconds for a text of megabytes; no real Dockerfile comes near this. */
const MAX_BYTES = 262_144

/**
 * The Dockerfiles of an installation: those that its services are built from, and those that lie below its folder. A
 * file that several services build with other arguments is there once for each.
 */
export function readDockerfiles(
  disk: Disk,
  folder: string,
  compose: ComposeProject | undefined,
): readonly Dockerfile[] {
  const builds = buildsOf(disk, compose)
  const built = new Set(builds.map(({ path }) => path))
  const loose = filesBelow(disk, resolve(folder))
    .filter(({ name, path }) => NAME.test(name) && !name.endsWith('.dockerignore') && !built.has(path))
    .map(({ path }): Build => ({ path, context: dirname(path), target: undefined, args: new Map(), services: [] }))
  return [...builds, ...loose].flatMap((build) => readOne(disk, build) ?? [])
}

interface Build {
  readonly path: string
  readonly context: string
  readonly target: string | undefined
  readonly args: ReadonlyMap<string, string>
  readonly services: string[]
}

/** Services that are built in exactly the same way share an entry. */
function buildsOf(disk: Disk, compose: ComposeProject | undefined): readonly Build[] {
  const builds = new Map<string, Build>()
  for (const service of compose?.services ?? []) {
    if (service.build === undefined) continue
    const { dockerfile: path, context } = service.build.value
    // With an image of its own it may be pulled, and its sources need not be here.
    if (!disk.exists(path) && service.image !== undefined) continue
    if (disk.read(path, service.build.at) === undefined) continue
    const target = textOf(at(service.tree, 'build', 'target'))
    const args = argsOf(service)
    const key = JSON.stringify([path, context, target, [...args]])
    const build = builds.get(key) ?? { path, context, target, args, services: [] }
    build.services.push(service.name)
    builds.set(key, build)
  }
  return [...builds.values()]
}

function argsOf(service: Service): ReadonlyMap<string, string> {
  const args = new Map<string, string>()
  const tree = at(service.tree, 'build', 'args')
  for (const [name, { value }] of entriesOf(tree)) {
    const text = textOf(value)
    if (text !== undefined) args.set(name, text)
  }
  for (const item of itemsOf(tree)) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(textOf(item) ?? '') ?? []
    if (name !== undefined && value !== undefined) args.set(name, value)
  }
  return args
}

function readOne(disk: Disk, build: Build): Dockerfile | undefined {
  const file = disk.read(build.path)
  if (file === undefined) return undefined
  if (file.text.length > MAX_BYTES) {
    disk.problem(wholeFile(file.shown), `${file.text.length} characters; a Dockerfile of at most ${MAX_BYTES} is read`)
    return undefined
  }
  const { globals, stages } = stagesOf(parseInstructions(file.shown, file.text), build.args)
  if (stages.length === 0) {
    // `Dockerfile.md` and the like only look as if.
    if (build.services.length > 0 || /^(?:Docker|Container)file$/.test(basename(build.path)))
      disk.problem(wholeFile(file.shown), 'no FROM was found in it, so it is no Dockerfile')
    return undefined
  }
  const target = build.target?.toLowerCase()
  const wanted =
    target === undefined ? undefined : stages.find(({ name }, index) => name === target || `${index}` === target)
  return {
    path: file.path,
    shown: file.shown,
    services: build.services,
    globals,
    stages,
    final: wanted ?? stages.at(-1)!,
    context: contextOf(disk, build.path, build.context),
  }
}
