import { dirname, join } from 'node:path'
import type { Disk, TextFile } from '../../disk.ts'
import type { Located } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'
import { at, entriesOf, type Tree, textOf } from '../../text/tree.ts'
import { parseYaml } from '../../text/yaml.ts'
import { filesBelow, repositoryRoot } from '../files-below.ts'
import { lockOf } from './lock.ts'
import { VERSION_FILES, versionsOfFiles, versionsOfPackage } from './node-versions.ts'
import type { Ecosystem, PackageFile } from './types.ts'

/** Names of the files that list packages, and how one sees that they ask for any. */
const LISTS: readonly (readonly [name: RegExp, ecosystem: Ecosystem, asks: RegExp])[] = [
  [/^package\.json$/, 'npm', /^/],
  [/^requirements[\w.-]*\.txt$/, 'pip', /^[ \t]*[a-z]/im],
  [/^pyproject\.toml$/, 'pip', /dependencies/],
  [/^Pipfile$/, 'pip', /^\[packages\][ \t]*\n[ \t]*\w/m],
  [/^Gemfile$/, 'bundler', /^[ \t]*gem\s/m],
  [/^composer\.json$/, 'composer', /"require"/],
  [/^Cargo\.toml$/, 'cargo', /^\[.*dependencies/m],
  [/^go\.mod$/, 'gomod', /^[ \t]*require\b/m],
  [/^pom\.xml$/, 'maven', /<dependency>/],
  [/^build\.gradle(?:\.kts)?$/, 'gradle', /\b(?:implementation|api|compile)\b/],
  [/\.csproj$/, 'nuget', /<PackageReference\b/],
]

/**
 * The files of an installation that list packages, and those that say which Node.js runs it. What they ask for is not
 * fetched; only its names and versions are read.
 */
export function readPackages(disk: Disk, folder: string): readonly PackageFile[] {
  const files = filesBelow(disk, folder)
  const top = repositoryRoot(disk, folder) ?? folder
  const named = new Map<string, string[]>()
  for (const { path, name } of files) {
    const names = named.get(dirname(path))
    if (names === undefined) named.set(dirname(path), [name])
    else names.push(name)
  }
  return [...named].flatMap(([path, names]) => packagesOf(disk, path, names, top))
}

function packagesOf(disk: Disk, folder: string, names: readonly string[], top: string): readonly PackageFile[] {
  const lists = names.flatMap((name) => {
    const list = LISTS.find(([pattern]) => pattern.test(name))
    const file = list === undefined ? undefined : disk.read(join(folder, name))
    return list === undefined || file === undefined ? [] : [packageFile(disk, folder, name, file, top, list)]
  })
  const node = versionsOfFiles(disk, folder, names)
  if (node.length === 0) return lists
  const index = lists.findIndex(({ ecosystem }) => ecosystem === 'npm')
  const main = lists[index]
  if (main !== undefined) return lists.with(index, { ...main, node: [...node, ...main.node] })
  return [...lists, versionOnly(disk, folder, names, node)]
}

/** A version is named, and the packages are elsewhere. */
function versionOnly(disk: Disk, folder: string, names: readonly string[], node: PackageFile['node']): PackageFile {
  const path = join(folder, VERSION_FILES.find((name) => names.includes(name))!)
  return {
    path,
    shown: disk.shown(path),
    at: node[0]!.at,
    folder,
    ecosystem: 'npm',
    needsPackages: false,
    lock: undefined,
    node,
    scripts: new Map(),
  }
}

function packageFile(
  disk: Disk,
  folder: string,
  name: string,
  file: TextFile,
  top: string,
  [, ecosystem, asks]: (typeof LISTS)[number],
): PackageFile {
  const tree = name === 'package.json' ? parsed(disk, file) : undefined
  return {
    path: file.path,
    shown: file.shown,
    at: tree?.at ?? wholeFile(file.shown),
    folder,
    ecosystem,
    needsPackages: tree === undefined ? ecosystem !== 'npm' && asks.test(file.text) : hasDependencies(tree),
    lock: lockOf(disk, ecosystem, folder, top, { name, text: file.text }),
    node: tree === undefined ? [] : versionsOfPackage(tree),
    scripts: tree === undefined ? new Map() : scriptsOf(tree),
  }
}

function parsed(disk: Disk, file: TextFile): Tree | undefined {
  const document = parseYaml(file.shown, file.text, (place, message) => disk.problem(place, message))[0]
  if (document?.tree.kind === 'mapping') return document.tree
  if (document !== undefined && !document.broken) disk.problem(document.tree.at, 'package.json must be an object')
  return undefined
}

function hasDependencies(tree: Tree): boolean {
  const groups = ['dependencies', 'devDependencies', 'optionalDependencies']
  return groups.some((group) => [...entriesOf(at(tree, group))].length > 0)
}

function scriptsOf(tree: Tree): ReadonlyMap<string, Located<string>> {
  const scripts = new Map<string, Located<string>>()
  for (const [name, { value }] of entriesOf(at(tree, 'scripts'))) {
    const text = textOf(value)
    if (text !== undefined) scripts.set(name, { value: text, at: value.at })
  }
  return scripts
}
