/** Modes of files that hold secrets. Their content is not read. */
import type { Dirent } from 'node:fs'
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { SensitiveFile } from './host-types.ts'

const MAX_DEPTH = 3
/** Of one folder; a data folder with a million files is not walked through. */
const MAX_ENTRIES = 20_000
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git', 'lost+found', 'proc', 'sys'])

/** The machine's own secrets and those below the given folders. */
export function readSensitiveFiles(folders: readonly string[]): readonly SensitiveFile[] {
  const found = [...systemFiles(), ...folders.flatMap((folder) => walk(folder))]
  const byPath = new Map(found.map((file) => [file.path, file]))
  return [...byPath.values()].flatMap(({ path, kind }) => {
    const mode = effectiveMode(path)
    return mode === undefined ? [] : [{ path, kind, mode }]
  })
}

type Named = Pick<SensitiveFile, 'path' | 'kind'>

function systemFiles(): readonly Named[] {
  const homes = ['/root', ...entries('/home').map(({ name }) => join('/home', name))]
  const all = (folder: string, wanted: RegExp): string[] =>
    entries(folder)
      .filter(({ name }) => wanted.test(name))
      .map(({ name }) => join(folder, name))
  const keys = [
    ...all('/etc/ssh', /^ssh_host_.*_key$/),
    ...all('/etc/ssl/private', /./),
    ...entries('/etc/letsencrypt/live').map(({ name }) => join('/etc/letsencrypt/live', name, 'privkey.pem')),
    ...homes.flatMap((home) => all(join(home, '.ssh'), /^id_\w+$/)),
  ]
  return [
    ...keys.map((path) => ({ path, kind: 'key' as const })),
    { path: '/etc/shadow', kind: 'secret' },
    ...homes.map((home) => ({ path: join(home, '.docker/config.json'), kind: 'credential' as const })),
  ]
}

function walk(top: string): readonly Named[] {
  const found: Named[] = []
  const queue = [{ folder: top, depth: 0 }]
  let seen = 0
  for (let next = queue.shift(); next !== undefined && seen < MAX_ENTRIES; next = queue.shift()) {
    const { folder, depth } = next
    for (const entry of entries(folder)) {
      seen++
      const path = join(folder, entry.name)
      const kind = entry.isFile() ? kindOf(path) : undefined
      if (kind !== undefined) found.push({ path, kind })
      if (entry.isDirectory() && depth < MAX_DEPTH && !SKIPPED.has(entry.name))
        queue.push({ folder: path, depth: depth + 1 })
    }
  }
  return found
}

/** What a file's name says that it holds. */
function kindOf(path: string): SensitiveFile['kind'] | undefined {
  const name = basename(path)
  if (/\.(example|sample|template|dist|md|pub)$/.test(name)) return undefined
  if (/^\.env(\..+)?$|\.env$/.test(name)) return 'secret'
  if (/\.(key|p12|pfx)$|privkey.*\.pem$|^id_(rsa|ecdsa|ed25519)$|_key\.txt$|^secret_key/.test(name)) return 'key'
  if (/^(secrets?|keys)$/.test(basename(dirname(path)))) return 'secret'
  // Scripts that set a database up end in .sql, too.
  const dumped = /\.(sql|dump|pgdump)(\.(gz|xz|zst|bz2))?$/.test(name) && /backup|dump|restore|\d{6}/i.test(path)
  return dumped ? 'dump' : undefined
}

/** Mode bits; those of others are off when a folder above does not let them pass. */
function effectiveMode(path: string): number | undefined {
  try {
    const real = realpathSync(path)
    let mode = statSync(real).mode & 0o7777
    for (let folder = dirname(real); folder !== '/'; folder = dirname(folder))
      if ((statSync(folder).mode & 0o001) === 0) mode &= ~0o007
    return mode
  } catch {
    return undefined
  }
}

function entries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
