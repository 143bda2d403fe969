/** Objects of a repository, loose and packed. Source: gitformat-pack(5). Nothing is verified, everything is bounded. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { readBytes, readSlice } from '../bytes.ts'
import { applyDelta } from './delta.ts'
import type { GitFolder } from './folder.ts'
import { readOffset } from './index-file.ts'
import { type PackIndex, readPackIndex } from './pack-index.ts'

export type ObjectKind = 'commit' | 'tree' | 'blob' | 'tag'

export interface GitObject {
  readonly kind: ObjectKind
  readonly bytes: Buffer
}

export interface ObjectStore {
  /** An object by its name in hexadecimal digits; undefined when it is not there, broken, or too large. */
  read(name: string): GitObject | undefined
}

/** Bytes of one object; trees and commits are far smaller. */
const MAX_OBJECT = 4 * 1_048_576
const MAX_PACKS = 200
const MAX_CHAIN = 60
/** Read at once; compressed trees and commits fit in nearly always. */
const FIRST_SLICE = 4_096
const KINDS: Readonly<Record<number, ObjectKind>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' }
const OFFSET_DELTA = 6
const NAME_DELTA = 7

interface Pack {
  readonly path: string
  readonly index: PackIndex
}

export function openObjects(git: GitFolder): ObjectStore {
  let packs: readonly Pack[] | undefined
  const read = (name: string, chain = 0): GitObject | undefined => {
    if (chain > MAX_CHAIN) return undefined
    for (const folder of git.objects) {
      const loose = readLoose(join(folder, name.slice(0, 2), name.slice(2)))
      if (loose !== undefined) return loose
    }
    packs ??= git.objects.flatMap((folder) => openPacks(join(folder, 'pack'), git.hashBytes)).slice(0, MAX_PACKS)
    for (const pack of packs) {
      const offset = pack.index.offsetOf(name)
      if (offset !== undefined) return readPacked(pack, offset, chain)
    }
    return undefined
  }
  const readPacked = (pack: Pack, offset: number, chain: number): GitObject | undefined => {
    const header = readHeader(pack, offset, git.hashBytes)
    if (header === undefined || header.size > MAX_OBJECT || chain > MAX_CHAIN) return undefined
    const bytes = inflateAt(pack.path, header.dataAt, header.size)
    if (bytes === undefined) return undefined
    const kind = KINDS[header.type]
    if (kind !== undefined) return { kind, bytes }
    const base =
      header.baseAt === undefined ? read(header.baseName ?? '', chain + 1) : readPacked(pack, header.baseAt, chain + 1)
    const whole = base === undefined ? undefined : applyDelta(base.bytes, bytes, MAX_OBJECT)
    return base === undefined || whole === undefined ? undefined : { kind: base.kind, bytes: whole }
  }
  return { read: (name) => read(name) }
}

function readLoose(path: string): GitObject | undefined {
  const compressed = readBytes(path, MAX_OBJECT)
  const bytes = compressed === undefined ? undefined : inflate(compressed, MAX_OBJECT + 64)
  const end = bytes?.indexOf(0) ?? -1
  if (bytes === undefined || end === -1 || end > 32) return undefined
  const kind = bytes.toString('latin1', 0, end).split(' ', 1)[0]
  const known = Object.values(KINDS).find((one) => one === kind)
  return known === undefined ? undefined : { kind: known, bytes: bytes.subarray(end + 1) }
}

function openPacks(folder: string, hashBytes: number): readonly Pack[] {
  const names = readNames(folder).filter((name) => name.endsWith('.idx'))
  return names.flatMap((name) => {
    const index = readPackIndex(join(folder, name), hashBytes)
    return index === undefined ? [] : [{ path: join(folder, name.replace(/idx$/, 'pack')), index }]
  })
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

interface Header {
  readonly type: number
  /** Of what comes out. */
  readonly size: number
  readonly dataAt: number
  readonly baseAt: number | undefined
  readonly baseName: string | undefined
}

function readHeader(pack: Pack, offset: number, hashBytes: number): Header | undefined {
  const bytes = readSlice(pack.path, offset, 16 + hashBytes)
  const first = bytes?.[0]
  if (bytes === undefined || first === undefined) return undefined
  const type = (first >> 4) & 7
  let size = first & 15
  let at = 1
  for (let more = first >= 0x80, unit = 16; more && at < 10; at++, unit *= 128) {
    const byte = bytes[at] ?? 0
    size += (byte & 0x7f) * unit
    more = byte >= 0x80
  }
  if (type === NAME_DELTA) {
    const baseName = bytes.toString('hex', at, at + hashBytes)
    return { type, size, dataAt: offset + at + hashBytes, baseAt: undefined, baseName }
  }
  if (type !== OFFSET_DELTA) return { type, size, dataAt: offset + at, baseAt: undefined, baseName: undefined }
  const back = readOffset(bytes, at)
  if (back === undefined || back.value <= 0 || back.value > offset) return undefined
  return { type, size, dataAt: offset + back.end, baseAt: offset - back.value, baseName: undefined }
}

/** How long the compressed bytes are is not written anywhere: first a little is tried, then as much as there can be. */
function inflateAt(path: string, position: number, size: number): Buffer | undefined {
  const most = size + Math.ceil(size / 1_000) + 1_024
  for (const length of size < FIRST_SLICE ? [most] : [FIRST_SLICE, most]) {
    const compressed = readSlice(path, position, length)
    const bytes = compressed === undefined ? undefined : inflate(compressed, size + 1)
    if (bytes?.length === size) return bytes
  }
  return undefined
}

function inflate(compressed: Buffer, most: number): Buffer | undefined {
  try {
    return inflateSync(compressed, { maxOutputLength: Math.max(1, most) })
  } catch {
    return undefined
  }
}
