import { basename, dirname, join } from 'node:path'
import type { Disk, TextFile } from '../../disk.ts'
import type { Tree } from '../../text/tree.ts'
import { parseYaml } from '../../text/yaml.ts'
import { type FoundFile, filesBelow, repositoryRoot } from '../files-below.ts'
import { commandKind, readCommandFile } from './command-files.ts'
import { dependabotEntries, githubWorkflow, withCallers } from './github.ts'
import { gitlabWorkflow } from './gitlab.ts'
import { json5AsYaml, RENOVATE_NAMES, renovateOff } from './renovate.ts'
import type { Automation, UpdateBot, Workflow } from './types.ts'

/**
 * What runs by itself around an installation: CI workflows, Dependabot and Renovate, crontabs, units of systemd, scripts,
 * and the commands that its documents tell people to type. When the installation lies within a git repository, the CI
 * files of the repository's root are read, too. Nothing is run.
 */
export function readAutomation(disk: Disk, folder: string): readonly Automation[] {
  const root = repositoryRoot(disk, folder) ?? folder
  const own = filesBelow(disk, folder)
  const outer = root === folder ? [] : filesOfRoot(disk, root)
  const read = [...outer, ...own].flatMap((file) => automationOf(disk, file, root) ?? [])
  const workflows = new Map(
    withCallers(read.filter((one): one is Workflow => one.kind === 'workflow')).map((one) => [one.path, one]),
  )
  return read.map((one) => workflows.get(one.path) ?? one)
}

/** The files of CI servers and bots at the root of a repository; nothing else of it belongs to the installation. */
function filesOfRoot(disk: Disk, root: string): readonly FoundFile[] {
  const hidden = ['.github', '.gitea', '.forgejo', '.gitlab'].flatMap((name) =>
    disk.folder(join(root, name)) === undefined
      ? []
      : filesBelow(disk, join(root, name)).map((file) => ({ ...file, folders: [name, ...file.folders] })),
  )
  const beside = ['.gitlab-ci.yml', ...RENOVATE_NAMES]
    .filter((name) => disk.exists(join(root, name)))
    .map((name) => ({ path: join(root, name), name, folders: [] }))
  return [...hidden, ...beside].filter((file) => isForCi(file))
}

function isForCi({ name, folders }: FoundFile): boolean {
  return isGithub(name, folders) || isDependabot(name) || name === '.gitlab-ci.yml' || RENOVATE_NAMES.has(name)
}

function automationOf(disk: Disk, { path, name, folders }: FoundFile, root: string): Automation | undefined {
  if (isGithub(name, folders)) return parsed(disk, path, githubWorkflow)
  if (name === '.gitlab-ci.yml') return parsed(disk, path, gitlabWorkflow)
  if (isDependabot(name) && folders.at(-1) === '.github') {
    return parsed(disk, path, (file, tree) => bot(file, tree, 'dependabot', dirname(dirname(path))))
  }
  if (RENOVATE_NAMES.has(name)) return parsed(disk, path, (file, tree) => bot(file, tree, 'renovate', root))
  const kind = commandKind(name, folders)
  return kind === undefined ? undefined : readCommandFile(disk, kind, path)
}

function isGithub(name: string, folders: readonly string[]): boolean {
  if (!/\.ya?ml$/.test(name)) return false
  const [hidden, kind] = folders.slice(folders.findLastIndex((folder) => /^\.(?:github|gitea|forgejo)$/.test(folder)))
  if (hidden === undefined || !hidden.startsWith('.')) return false
  return kind === 'workflows' || (kind === 'actions' && /^action\.ya?ml$/.test(name))
}

function isDependabot(name: string): boolean {
  return /^dependabot\.ya?ml$/.test(name)
}

function bot(file: TextFile, tree: Tree, name: UpdateBot['bot'], root: string): UpdateBot {
  const entries =
    name === 'dependabot'
      ? dependabotEntries(tree, root)
      : [{ at: tree.at, ecosystem: '*', folders: [root], below: true, off: undefined }]
  const off = name === 'dependabot' ? [] : renovateOff(tree)
  return { kind: 'update-bot', bot: name, path: file.path, shown: file.shown, at: tree.at, tree, entries, off }
}

function parsed<T>(disk: Disk, path: string, use: (file: TextFile, tree: Tree) => T): T | undefined {
  const file = disk.read(path)
  if (file === undefined) return undefined
  const text = RENOVATE_NAMES.has(basename(path)) ? json5AsYaml(file.text) : file.text
  const document = parseYaml(file.shown, text, (place, message) => disk.problem(place, message))[0]
  if (document?.tree.kind === 'mapping') return use(file, document.tree)
  if (document !== undefined && !document.broken) disk.problem(document.tree.at, 'this must be a mapping of settings')
  return undefined
}
