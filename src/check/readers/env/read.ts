import { basename, dirname, join } from 'node:path'
import type { Disk } from '../../disk.ts'
import { envFilesOf } from '../compose/env-files.ts'
import type { ComposeProject } from '../compose/types.ts'
import type { Lookup, Variable } from './interpolate.ts'
import { isEnvSample } from './names.ts'
import { type EnvFormat, parseEnv } from './parse.ts'
import { reportOnce } from './report.ts'
import type { EnvFile } from './types.ts'

/**
 * The env files of an installation: `.env` (and those of includes), every `env_file` of a service, and the samples beside
 * them. Missing ones are left out without a word here; `readCompose` says which were needed.
 */
export function readEnvFiles(disk: Disk, folder: string, project: ComposeProject | undefined): readonly EnvFile[] {
  const files = new Map<string, EnvFile>()
  const known = new Map<string, Variable>()
  const lookup: Lookup = (name) => known.get(name)
  const take = (path: string, use: EnvFile['use'], format?: EnvFormat) => {
    if (files.has(path)) return
    const file = readEnvFile(disk, path, use, lookup, format)
    if (file !== undefined) files.set(path, file)
  }
  for (const path of new Set([join(folder, '.env'), ...(project?.envFiles ?? [])])) {
    take(path, 'project')
    for (const { name, value, valueAt } of files.get(path)?.entries ?? []) known.set(name, { value, from: valueAt })
  }
  for (const service of project?.services ?? []) {
    for (const { path, format } of envFilesOf(service.tree, dirname(project?.path ?? folder)))
      take(path, 'service', format)
  }
  const folders = new Set([folder, ...[...files.keys()].map((path) => dirname(path))])
  for (const each of folders) {
    for (const name of disk.list(each)) if (isEnvSample(name)) take(join(each, name), 'example')
  }
  return [...files.values()]
}

function readEnvFile(
  disk: Disk,
  path: string,
  use: EnvFile['use'],
  lookup: Lookup,
  format: EnvFormat = 'compose',
): EnvFile | undefined {
  if (basename(path) === '' || !disk.exists(path)) return undefined
  const file = disk.read(path)
  if (file === undefined) return undefined
  const entries = parseEnv(file, lookup, reportOnce(disk), format)
  return {
    path,
    shown: file.shown,
    mode: disk.mode(path) ?? 0,
    entries: entries.map(({ name, value, at, valueAt }) => ({ name, value, at, valueAt })),
    use,
  }
}
