import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Disk } from '../../disk.ts'
import { holdsSecret } from '../../facts/holds-secret.ts'
import { secretFileKind } from '../../facts/secret-name.ts'
import { wholeFile } from '../../text/place.ts'
import { readBytes } from '../bytes.ts'
import type { ComposeProject } from '../compose/types.ts'
import type { EnvFile } from '../env/types.ts'
import { filesBelow } from '../files-below.ts'
import type { SecretFile } from './types.ts'

/** Longer ones are archives or data. */
const MAX_BYTES = 262_144

/**
 * The files of secrets of an installation: its env files, those of Compose secrets, and others that are named like one.
 * Ordered by path.
 */
export function readSecretFiles(
  disk: Disk,
  folder: string,
  compose: ComposeProject | undefined,
  env: readonly EnvFile[],
): readonly SecretFile[] {
  const kinds = new Map<string, SecretFile['kind']>()
  const names = new Map<string, string[]>()
  for (const { path, folders, name } of filesBelow(disk, folder)) {
    const kind = secretFileKind([...folders, name].join('/'))
    if (kind !== undefined) kinds.set(path, kind)
  }
  for (const { path, use } of env) if (use !== 'example') kinds.set(path, 'env')
  for (const { name, file } of compose?.secrets.values() ?? []) {
    if (file === undefined) continue
    kinds.set(file, 'secret')
    names.set(file, [...(names.get(file) ?? []), name])
  }
  return [...kinds.keys()].sort().map((path) => readOne(disk, path, kinds.get(path)!, names.get(path) ?? []))
}

function readOne(disk: Disk, path: string, kind: SecretFile['kind'], names: readonly string[]): SecretFile {
  const bytes = readBytes(path, MAX_BYTES)
  const shown = disk.shown(path)
  const stat = statOf(path)
  if (bytes === undefined && stat !== undefined) {
    disk.problem(wholeFile(shown), `the secret in it can't be judged: ${problemOf(stat.size)}`)
  }
  const value = kind === 'secret' && bytes !== undefined ? bytes.toString('utf8').replace(/[\r\n]+$/, '') : undefined
  return {
    path,
    shown,
    kind,
    names,
    present: stat !== undefined,
    holdsSecret: bytes !== undefined && (names.length > 0 ? bytes.length > 0 : holdsSecret(path, bytes)),
    value,
    mode: process.platform === 'win32' || stat === undefined ? undefined : stat.mode & 0o7777,
    reach: reachOf(dirname(path)),
    modified: stat?.mtimeMs ?? 0,
  }
}

function problemOf(size: number): string {
  return size > MAX_BYTES ? `${size} bytes; at most ${MAX_BYTES} are read` : 'this user may not read it'
}

function statOf(path: string) {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat?.isFile() === true ? stat : undefined
  } catch {
    return undefined
  }
}

/** A file that everybody may read is out of reach behind a folder that lets nobody pass. */
function reachOf(folder: string): SecretFile['reach'] {
  let others = true
  for (let each = folder; ; each = dirname(each)) {
    const mode = modeOf(each)
    if ((mode & 0o011) === 0) return 'owner'
    if ((mode & 0o001) === 0) others = false
    if (dirname(each) === each) return others ? 'others' : 'group'
  }
}

function modeOf(folder: string): number {
  try {
    return statSync(folder).mode
  } catch {
    return 0
  }
}
