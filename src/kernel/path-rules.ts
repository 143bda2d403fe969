import { foldPath } from './path.ts'
import { quoted } from './quoted.ts'

/** A pattern of whole segments, and what belongs to it. `/admin` covers `/admin`, `/admin/` and all below it. */
export interface PathEntry<T> {
  readonly path: string
  readonly value: T
}

/**
 * Patterns compiled for lookup. `path` is a reading of a canonical path: folded with `foldPath`, or as it stands if the
 * table was compiled with `caseSensitive`. The cost depends on the segments of the path, not on the number of patterns.
 */
export interface PathTable<T> {
  /** The value of the pattern with most segments; a literal segment goes before `*`, and of equals the first listed. */
  longest(path: string): T | undefined
  /** The first value, in listed order, whose pattern covers the path and which is accepted. `accept` must be pure. */
  firstMatching(path: string, accept: (value: T) => boolean): T | undefined
}

interface Listed<T> {
  readonly value: T
  readonly position: number
  readonly depth: number
}

interface Node<T> {
  readonly children: Map<string, Node<T>>
  any: Node<T> | undefined
  /** In listed order. */
  readonly listed: Listed<T>[]
}

/**
 * Compiles patterns: literal segments, and `*` for exactly one whole segment. Prefixes match by whole segments, so
 * `/admin` does not cover `/administrator`. Throws a RangeError that says which pattern is malformed and what is
 * allowed.
 */
export function compilePathTable<T>(
  entries: readonly PathEntry<T>[],
  options: { readonly caseSensitive?: boolean } = {},
): PathTable<T> {
  const root = newNode<T>()
  entries.forEach(({ path, value }, position) => {
    const segments = segmentsOf(options.caseSensitive ? path.replaceAll('%2F', '%2f') : foldPath(path))
    let node = root
    for (const segment of segments) node = childOf(node, segment)
    node.listed.push({ value, position, depth: segments.length })
  })
  return Object.freeze({
    longest: (path: string) => deepest(root, path, 1, undefined)?.value,
    firstMatching: (path: string, accept: (value: T) => boolean) => earliest(root, path, 1, accept, undefined)?.value,
  })
}

function newNode<T>(): Node<T> {
  return { children: new Map(), any: undefined, listed: [] }
}

function childOf<T>(node: Node<T>, segment: string): Node<T> {
  if (segment === '*') {
    node.any ??= newNode()
    return node.any
  }
  const known = node.children.get(segment)
  if (known !== undefined) return known
  const child = newNode<T>()
  node.children.set(segment, child)
  return child
}

function segmentsOf(pattern: string): string[] {
  const fault = faultOf(pattern)
  if (fault !== undefined) throw new RangeError(`the path ${quoted(pattern)} ${fault}`)
  return pattern === '/' ? [] : pattern.slice(1).split('/')
}

function faultOf(pattern: string): string | undefined {
  if (!pattern.startsWith('/')) return "must begin with '/'"
  if (pattern.length > 1024) return 'is longer than 1024 characters'
  if (pattern === '/') return undefined
  if (pattern.endsWith('/')) return `must not end with '/': ${quoted(pattern.slice(0, -1))} covers all below it`
  if (/[\0-\x1f\x7f-\x9f]/.test(pattern)) return 'must not contain control characters'
  if (/[?#;\\]/.test(pattern)) return "must not contain '?', '#', ';' or a backslash: rules see the path alone"
  if (/%(?!2f)/i.test(pattern)) return "must be written decoded; the only encoding allowed is '%2f'"
  return faultOfSegments(pattern.slice(1).split('/'))
}

function faultOfSegments(segments: readonly string[]): string | undefined {
  if (segments.includes('')) return "must not contain '//'"
  if (segments.includes('.') || segments.includes('..')) return "must not contain the segments '.' and '..'"
  if (segments.some((segment) => segment !== '*' && segment.includes('*'))) {
    return "must use '*' for one whole segment, as in /users/*/keys"
  }
  return undefined
}

function deepest<T>(node: Node<T>, path: string, at: number, best: Listed<T> | undefined): Listed<T> | undefined {
  const here = node.listed[0]
  let found = here !== undefined && (best === undefined || here.depth > best.depth) ? here : best
  if (at >= path.length) return found
  const end = segmentEnd(path, at)
  const child = node.children.get(path.slice(at, end))
  if (child !== undefined) found = deepest(child, path, end + 1, found)
  if (node.any !== undefined) found = deepest(node.any, path, end + 1, found)
  return found
}

function earliest<T>(
  node: Node<T>,
  path: string,
  at: number,
  accept: (value: T) => boolean,
  best: Listed<T> | undefined,
): Listed<T> | undefined {
  let found = best
  for (const entry of node.listed) {
    if (found !== undefined && entry.position > found.position) break
    if (!accept(entry.value)) continue
    found = entry
    break
  }
  if (at >= path.length) return found
  const end = segmentEnd(path, at)
  const child = node.children.get(path.slice(at, end))
  if (child !== undefined) found = earliest(child, path, end + 1, accept, found)
  if (node.any !== undefined) found = earliest(node.any, path, end + 1, accept, found)
  return found
}

function segmentEnd(path: string, at: number): number {
  const slash = path.indexOf('/', at)
  return slash === -1 ? path.length : slash
}
