import { basename, dirname, join } from 'node:path'
import type { Disk } from '../../disk.ts'
import type { Directive } from '../directive.ts'
import { type BoundPath, findProxyFiles } from '../proxy-files.ts'
import { type Included, type Including, readIncluding } from './include.ts'
import type { NginxFile } from './types.ts'

/** A block that only nginx has, at the start of a line. */
const LOOKS_LIKE_NGINX = /^[^\S\n]*(?:http|server|upstream\s+\S+|events|stream|map\s+\S+\s+\S+)\s*\{/m
/** nginx takes every `*.conf` of these as it is. */
const ALL_OF_IT = /^(?:conf\.d|http\.d|sites-enabled)$/

/**
 * The nginx configurations of an installation. `folder` is absolute; `mounts` are the binds of its containers, so that
 * files with other names and includes by their path in the container are found, too.
 */
export function readNginx(disk: Disk, folder: string, mounts: readonly BoundPath[] = []): readonly NginxFile[] {
  const context: Including = { disk, folder, mounts, included: new Set(), parsed: new Map() }
  const paths = new Set([...findProxyFiles(disk, folder, isNginxName), ...mountedFiles(disk, mounts)])
  const read = new Map<string, Included>()
  // Whole configurations first, so that what they include is known and not taken for one of its own.
  for (const path of [...paths].sort(mainFirst)) {
    if (context.included.has(path) || !isNginx(disk, path)) continue
    const included = readIncluding(context, path)
    if (included !== undefined) read.set(path, included)
  }
  for (const path of context.included) read.delete(path)
  return collect(disk, read)
}

function isNginxName(name: string, folder: string): boolean {
  if (name.startsWith('.') || name.endsWith('~')) return false
  return /\.(?:conf|nginx)(?:\.template)?$|^nginx\.conf/.test(name) || /^sites-(?:enabled|available)$/.test(folder)
}

function mountedFiles(disk: Disk, mounts: readonly BoundPath[]): readonly string[] {
  const below = mounts.filter(({ target }) => /^\/etc\/nginx\//.test(target))
  return below.flatMap(({ source, target }) =>
    /\.(?:conf|template)$/.test(target)
      ? disk.exists(source)
        ? [source]
        : []
      : disk.list(source).flatMap((name) => (/\.conf$|\.template$/.test(name) ? [join(source, name)] : [])),
  )
}

function isNginx(disk: Disk, path: string): boolean {
  const folder = dirname(path)
  if (basename(folder) === 'sites-available' && disk.exists(join(folder, '..', 'sites-enabled'))) return false
  const file = disk.readIfThere(path)
  if (file === undefined) return false
  return LOOKS_LIKE_NGINX.test(file.text) || (ALL_OF_IT.test(basename(folder)) && /;\s*$/m.test(file.text))
}

function mainFirst(a: string, b: string): number {
  const rank = (path: string) => (basename(path) === 'nginx.conf' ? 0 : 1)
  return rank(a) - rank(b) || (a < b ? -1 : 1)
}

/** Parts of one folder are taken in together by nginx, so they are one configuration here, too. */
function collect(disk: Disk, read: ReadonlyMap<string, Included>): readonly NginxFile[] {
  const files: NginxFile[] = []
  const parts = new Map<string, Map<string, Included>>()
  for (const [path, included] of read) {
    if (isWhole(included.directives)) files.push({ path, shown: disk.shown(path), level: 'main', ...included })
    else parts.set(dirname(path), (parts.get(dirname(path)) ?? new Map()).set(path, included))
  }
  for (const group of parts.values()) {
    const path = [...group.keys()][0]!
    const directives = [...group.values()].flatMap((part) => part.directives)
    const outside = [...group.values()].flatMap((part) => part.outside)
    files.push({ path, shown: disk.shown(path), level: 'http', directives, outside })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function isWhole(directives: readonly Directive[]): boolean {
  return directives.some(({ name, block }) => block !== undefined && /^(?:http|events|stream|mail)$/.test(name))
}
