import type { Disk, TextFile } from '../../disk.ts'
import { type Place, wholeFile } from '../../text/place.ts'
import type { Entry, Mapping, Tree, VariableUse } from '../../text/tree.ts'
import { parseYaml, type ReportProblem, type YamlDocument } from '../../text/yaml.ts'
import { reportOnce } from '../env/report.ts'
import { createFiller } from './fill.ts'
import type { ProjectEnv } from './project-env.ts'

/** What is shared while the files of one project are read. */
export interface Loader {
  readonly disk: Disk
  readonly report: ReportProblem
  /** Paths relative to another folder than this are made absolute. */
  readonly folder: string
  readonly env: ProjectEnv
  /** Main files and files that these extend and include, in order. */
  readonly files: Set<string>
  readonly envFiles: Set<string>
  readonly uses: Map<string, VariableUse[]>
  readonly documents: Map<string, readonly YamlDocument[]>
  /** Whether some file has `!reset` or `!override`. */
  readonly tags: { seen: boolean }
  readonly budget: Budget
}

/**
 * What is left of the work that one project may cause, so that a few small files that extend, include and merge each other
 * in many ways can't keep this busy for hours. Real projects use less than a hundredth.
 */
export interface Budget {
  /** Times that a file is used, the same one counted each time. */
  files: number
  /** Entries and items that are merged. */
  merged: number
  /** Characters of env files that services read. */
  envText: number
}

/** Takes from the budget; when it is used up, that is a problem, told once, and nothing more is to be done. */
export function spend(
  loader: Pick<Loader, 'budget' | 'report'>,
  key: keyof Budget,
  amount: number,
  place: Place,
): boolean {
  const left = loader.budget[key]
  loader.budget[key] = left - amount
  if (left >= amount) return true
  if (left >= 0) loader.report(place, 'this project is far larger than any real one; the rest of it is not read')
  return false
}

export function createLoader(disk: Disk, folder: string, env: ProjectEnv): Loader {
  return {
    disk,
    report: reportOnce(disk),
    folder,
    env,
    files: new Set(),
    envFiles: new Set(env.files),
    uses: new Map(),
    documents: new Map(),
    tags: { seen: false },
    budget: { files: 500, merged: 1_000_000, envText: 5_000_000 },
  }
}

/** The same project with the variables of an include. */
export function withEnv(loader: Loader, env: ProjectEnv): Loader {
  for (const file of env.files) loader.envFiles.add(file)
  return { ...loader, env }
}

/** The documents of a Compose file, with variables filled in. Anything that isn't a mapping is a problem. */
export function readLayers(loader: Loader, path: string, wantedAt: Place | undefined): readonly Mapping[] {
  const file = loader.disk.read(path, wantedAt)
  if (file === undefined || !spend(loader, 'files', 1, wantedAt ?? wholeFile(file.shown))) return []
  loader.files.add(path)
  if (/!(?:reset|override)\b/.test(file.text)) loader.tags.seen = true
  const fill = createFiller(loader, file.text)
  const layers: Mapping[] = []
  for (const { tree, broken } of parsed(loader, file)) {
    if (tree.kind === 'mapping') layers.push(fill(tree) as Mapping)
    else if (!broken && (tree.kind !== 'scalar' || tree.value !== null)) {
      loader.report(tree.at, `a Compose file is a mapping (services: …), and this is ${kindOf(tree)}`)
    }
  }
  return layers
}

function parsed(loader: Loader, file: TextFile): readonly YamlDocument[] {
  const documents = loader.documents.get(file.path) ?? parseYaml(file.shown, file.text, loader.report)
  loader.documents.set(file.path, documents)
  return documents
}

/** `a list`, for messages. */
export function kindOf(tree: Tree): string {
  if (tree.kind === 'list') return 'a list'
  if (tree.kind === 'mapping') return 'a mapping'
  return tree.value === null ? 'empty' : 'a single value'
}

export function emptyMapping(at: Place): Mapping {
  return { kind: 'mapping', entries: new Map(), at }
}

/** The mapping with some entries set, replaced or, where undefined, taken out. */
export function withEntries(mapping: Mapping, changes: Readonly<Record<string, Entry | undefined>>): Mapping {
  const entries = new Map(mapping.entries)
  for (const [key, entry] of Object.entries(changes)) {
    if (entry === undefined) entries.delete(key)
    else entries.set(key, entry)
  }
  return { ...mapping, entries }
}
