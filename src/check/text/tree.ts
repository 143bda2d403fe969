import type { Place } from './place.ts'

/**
 * A value of a YAML or JSON file that knows where it is written. Every reader of such a format gives this one shape, so
 * that rules need to know no parser.
 */
export type Tree = Scalar | List | Mapping

interface Tagged {
  /** A tag that the format itself doesn't know, as written: `!reset`, `!secret`. */
  readonly tag?: string
}

export interface Scalar extends Tagged {
  readonly kind: 'scalar'
  /** After interpolation, if the format has any. */
  readonly value: string | number | boolean | null
  readonly at: Place
  /** Where the text came from that was put in for variables, in their order; absent when nothing was put in. */
  readonly variables?: readonly VariableUse[]
}

export interface List extends Tagged {
  readonly kind: 'list'
  readonly items: readonly Tree[]
  readonly at: Place
}

export interface Mapping extends Tagged {
  readonly kind: 'mapping'
  readonly entries: ReadonlyMap<string, Entry>
  readonly at: Place
}

export interface Entry {
  /** Place of the key. */
  readonly at: Place
  readonly value: Tree
}

/** One `${NAME}` that was filled in. */
export interface VariableUse {
  readonly name: string
  /** Where its value is written: an entry of a file, or the default within the braces; undefined when it had none. */
  readonly from: Place | undefined
  readonly by: 'file' | 'environment' | 'default' | 'nothing'
}

/** The value below a path of keys and indexes, or undefined. */
export function at(tree: Tree | undefined, ...path: readonly (string | number)[]): Tree | undefined {
  let node = tree
  for (const step of path) {
    if (node === undefined) return undefined
    if (node.kind === 'mapping') node = node.entries.get(String(step))?.value
    else if (node.kind === 'list') node = node.items[Number(step)]
    else return undefined
  }
  return node
}

/** The text of a scalar; numbers and booleans as they would be written. Undefined for null, lists and mappings. */
export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'scalar' && tree.value !== null ? String(tree.value) : undefined
}

/** The items of a list; none for anything else. */
export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === 'list' ? tree.items : []
}

/** The entries of a mapping; none for anything else. */
export function entriesOf(tree: Tree | undefined): Iterable<readonly [string, Entry]> {
  return tree?.kind === 'mapping' ? tree.entries : []
}

/** A plain value without places, for writing it out again. */
export function plain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value
  if (tree.kind === 'list') return tree.items.map(plain)
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, plain(value)]))
}
