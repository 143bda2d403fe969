/**
 * YAML and JSON to `Tree`s that know where everything is written. Nothing in a text can make this hang or use much more
 * memory than the text itself: aliases are shared, not copied, and their expanded size, the depth and the number of
 * values are bounded ("billion laughs", deep nesting). YAML 1.2 core schema, as Compose and Kubernetes tools read it.
 */

import type { YAMLMap, YAMLSeq, Scalar as YamlScalar } from 'yaml'
import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Pair, parseAllDocuments } from 'yaml'
import { createLocator, type Place } from './place.ts'
import type { Entry, Mapping, Tree } from './tree.ts'
import { type Fault, faultsOf, nestingFault } from './yaml-faults.ts'

/** Tells of something wrong; the message never holds a value of the file. */
export type ReportProblem = (at: Place, message: string) => void

export interface YamlDocument {
  readonly tree: Tree
  /**
   * The text has a fault. The tree then holds only what is complete before it: whole entries of the first two levels, so
   * that no service of a Compose file is seen by halves.
   */
  readonly broken: boolean
}

/** Values of one file, aliases counted as often as they are used. The largest real manifests have some 100,000. */
export const MAX_VALUES = 250_000
/** Real files stay below 20. */
export const MAX_DEPTH = 100

const OPTIONS = {
  keepSourceTokens: false,
  logLevel: 'silent',
  merge: false,
  prettyErrors: false,
  schema: 'core',
  // Checked here: the library compares every key with every other, which is quadratic.
  uniqueKeys: false,
} as const

interface Reading {
  readonly text: string
  readonly locate: (offset: number) => Place
  readonly report: ReportProblem
  /** Nothing that ends at or after this offset can be trusted. */
  readonly limit: number
  readonly anchors: Map<string, Anchor | 'open'>
  values: number
  full: boolean
}

interface Anchor {
  readonly tree: Tree
  readonly values: number
}

/** All documents of a text, empty ones too, in their order. `shown` is the name that places carry. */
export function parseYaml(shown: string, text: string, report: ReportProblem): readonly YamlDocument[] {
  const locate = createLocator(shown, text)
  const nesting = nestingFault(text, MAX_DEPTH)
  if (nesting !== undefined) {
    report(locate(nesting.offset), nesting.message)
    return []
  }
  return withoutExtras(() => parseAllDocuments(text, OPTIONS)).map((document) => {
    const faults = faultsOf(document)
    for (const fault of faults) report(locate(fault.offset), fault.message)
    return { tree: treeOf(document, text, locate, report, faults), broken: faults.length > 0 }
  })
}

/**
 * Takes away two things that cost the library most of its time. It looks into `process.env` for a debug switch at every
 * token, and each look asks the system: a plain object in its place saves a fifth on real files (1,000 files of 194
 * lines: 3.4 s and 2.6 s of processor time). And it makes an error with a stack for every fault: without stacks, a
 * hostile file of a million faults takes 40 % of the time.
 */
function withoutExtras<T>(work: () => T): T {
  const { env } = process
  const { stackTraceLimit } = Error
  process.env = {}
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    process.env = env
    Error.stackTraceLimit = stackTraceLimit
  }
}

function treeOf(
  document: Document.Parsed,
  text: string,
  locate: (offset: number) => Place,
  report: ReportProblem,
  faults: readonly Fault[],
): Tree {
  const limit = faults.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...faults.map(({ offset }) => offset))
  const reading: Reading = { text, locate, report, limit, anchors: new Map(), values: 0, full: false }
  const node = document.contents as Node | null
  if (node === null || !mayBuild(reading, node, 0)) return { kind: 'scalar', value: null, at: locate(0) }
  return build(reading, node, 0)
}

type Node = YAMLMap<Node, Node | null> | YAMLSeq<Node> | YamlScalar | Alias

/** Collections of the first two levels are read as far as they are whole, anything deeper only as a whole. */
function mayBuild({ limit, text }: Reading, node: Node | null, depth: number): boolean {
  if (limit === Number.POSITIVE_INFINITY || node === null || !node.range) return true
  // What stands directly before the fault may go on behind it.
  if (node.range[1] < limit && /\S/.test(text.slice(node.range[1], limit))) return true
  return depth < 2 && !isScalar(node) && node.range[0] < limit
}

function build(reading: Reading, node: Node, depth: number): Tree {
  const at = reading.locate(node.range?.[0] ?? 0)
  if (isAlias(node)) return shared(reading, node, at)
  if (!room(reading, at, depth)) return { kind: 'scalar', value: null, at }
  const name = node.anchor
  if (name === undefined) return grow(reading, node, at, depth)
  const before = reading.values
  reading.anchors.set(name, 'open')
  const tree = grow(reading, node, at, depth)
  reading.anchors.set(name, { tree, values: reading.values - before })
  return tree
}

function room(reading: Reading, at: Place, depth: number): boolean {
  reading.values += 1
  if (depth > MAX_DEPTH) reading.report(at, `this is nested more than ${MAX_DEPTH} levels deep and is not read`)
  else if (reading.values <= MAX_VALUES) return true
  else tell(reading, at)
  return false
}

function tell(reading: Reading, at: Place): void {
  if (reading.full) return
  reading.full = true
  reading.report(at, `from here on nothing is read: more than ${MAX_VALUES} values, aliases counted each time`)
}

function shared(reading: Reading, node: Alias, at: Place): Tree {
  const nothing: Tree = { kind: 'scalar', value: null, at }
  const anchor = reading.anchors.get(node.source)
  if (anchor === undefined) reading.report(at, `no anchor &${node.source} before this alias`)
  else if (anchor === 'open') reading.report(at, `the alias *${node.source} stands within its own anchor`)
  else {
    reading.values += anchor.values
    if (reading.values <= MAX_VALUES) return anchor.tree
    tell(reading, at)
  }
  return nothing
}

function grow(reading: Reading, node: Exclude<Node, Alias>, at: Place, depth: number): Tree {
  const tag = node.tag === undefined || node.tag.startsWith('tag:yaml.org,2002:') ? undefined : { tag: node.tag }
  if (isMap(node)) return { ...mapping(reading, node, at, depth), ...tag }
  if (isSeq(node)) {
    const kept = node.items.filter((item) => mayBuild(reading, item, depth + 1))
    return { kind: 'list', items: kept.map((item) => build(reading, item, depth + 1)), at, ...tag }
  }
  const tree: Tree = { kind: 'scalar', value: plainValue(node), at }
  return tag === undefined ? tree : { ...tree, ...tag }
}

function plainValue({ value, source }: YamlScalar): string | number | boolean | null {
  if (typeof value === 'number') return lossless(value) ? value : (source ?? String(value))
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  return source ?? ''
}

/** A number that is an identifier (`12345678901234567890`) must keep its digits. */
function lossless(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value)
}

function mapping(reading: Reading, node: YAMLMap<Node, Node | null>, at: Place, depth: number): Mapping {
  const entries = new Map<string, Entry>()
  const merged: Tree[] = []
  for (const pair of node.items) {
    if (!mayBuild(reading, pair.value, depth + 1)) continue
    const key = keyOf(reading, pair)
    if (key === undefined) continue
    const keyAt = reading.locate(pair.key.range?.[0] ?? 0)
    const value: Tree =
      pair.value === null ? { kind: 'scalar', value: null, at: keyAt } : build(reading, pair.value, depth + 1)
    if (key === '<<' && (pair.key as YamlScalar).type === 'PLAIN') merged.push(value)
    else add(reading, entries, key, { at: keyAt, value })
  }
  for (const source of merged) mergeInto(reading, entries, source)
  return { kind: 'mapping', entries, at }
}

function keyOf(reading: Reading, { key }: Pair<Node, Node | null>): string | undefined {
  const place = () => reading.locate(key.range?.[0] ?? 0)
  if (isScalar(key)) return typeof key.value === 'string' ? key.value : (key.source ?? '')
  const tree = isAlias(key) ? shared(reading, key, place()) : undefined
  if (tree?.kind === 'scalar') return String(tree.value)
  reading.report(place(), 'a key must be plain text, not a list or a mapping; this entry is not read')
  return undefined
}

function add(reading: Reading, entries: Map<string, Entry>, key: string, entry: Entry): void {
  const first = entries.get(key)
  if (first !== undefined) {
    reading.report(
      entry.at,
      `the key "${key}" is here a second time (first on line ${first.at.line}); the last one is used`,
    )
  }
  entries.set(key, entry)
}

/** Merge keys (`<<`): what is written out wins, then the earlier source. See yaml.org/type/merge.html. */
function mergeInto(reading: Reading, entries: Map<string, Entry>, source: Tree): void {
  if (source.kind === 'list') {
    for (const item of source.items) mergeInto(reading, entries, item)
  } else if (source.kind === 'mapping') {
    reading.values += source.entries.size
    if (reading.values > MAX_VALUES) tell(reading, source.at)
    else for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry)
  } else if (source.value !== null) {
    reading.report(source.at, 'a merge key (<<) takes a mapping or a list of mappings, and this is a single value')
  }
}
