import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { at, itemsOf, type Tree, textOf } from '../../text/tree.ts'
import type { Mount } from './types.ts'

/** One item of `volumes`, short (`[source:]target[:mode,…]`) or long; undefined when it names no target. */
export function parseMount(item: Tree, folder: string): Mount | undefined {
  if (item.kind === 'mapping') return longMount(item, folder)
  const text = textOf(item)
  if (text === undefined || text === '') return undefined
  const { source, target, options } = splitVolume(text)
  const kind = isHostPath(source) ? 'bind' : 'volume'
  return {
    at: item.at,
    kind,
    source: kind === 'bind' ? absolutePath(source, folder) : source,
    target,
    readOnly: options.includes('ro'),
  }
}

export interface ShortVolume {
  readonly source: string
  readonly target: string
  readonly options: readonly string[]
}

/** Takes the short form apart; the colon of a Windows drive (`C:\data:/data`) doesn't part anything. */
export function splitVolume(text: string): ShortVolume {
  const parts: string[] = []
  for (const part of text.split(':')) {
    const last = parts.at(-1)
    if (last !== undefined && /^[A-Za-z]$/.test(last) && /^[\\/]/.test(part))
      parts[parts.length - 1] = `${last}:${part}`
    else parts.push(part)
  }
  if (parts.length === 1) return { source: '', target: text, options: [] }
  const [source = '', target = '', options = ''] = parts
  return { source, target, options: options.split(',') }
}

/** A source that is a path of the host and not the name of a volume. */
export function isHostPath(source: string): boolean {
  return /^(?:[./~]|\\\\|[A-Za-z]:)/.test(source)
}

/** Relative to a folder; `~` is the home of whoever runs this. */
export function absolutePath(path: string, folder: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1))
  return /^(?:\\\\|[A-Za-z]:)/.test(path) ? path : resolve(folder, path)
}

function longMount(item: Tree, folder: string): Mount | undefined {
  const target = textOf(at(item, 'target'))
  if (target === undefined) return undefined
  const type = textOf(at(item, 'type')) ?? 'volume'
  const kind = type === 'bind' || type === 'volume' || type === 'tmpfs' ? type : 'other'
  const source = textOf(at(item, 'source')) ?? ''
  return {
    at: item.at,
    kind,
    source: kind === 'bind' ? absolutePath(source, folder) : kind === 'tmpfs' ? '' : source,
    target,
    readOnly: textOf(at(item, 'read_only')) === 'true',
  }
}

/** The mounts of a service: `volumes`, then `tmpfs`. */
export function mountsOf(service: Tree, folder: string): readonly Mount[] {
  const mounts = itemsOf(at(service, 'volumes')).map((item) => parseMount(item, folder))
  const tmpfs = at(service, 'tmpfs')
  for (const item of tmpfs?.kind === 'list' ? tmpfs.items : tmpfs === undefined ? [] : [tmpfs]) {
    const text = textOf(item)
    if (text === undefined) continue
    const [target = '', options = ''] = text.split(':')
    mounts.push({ at: item.at, kind: 'tmpfs', source: '', target, readOnly: options.split(',').includes('ro') })
  }
  return mounts.filter((mount) => mount !== undefined)
}
