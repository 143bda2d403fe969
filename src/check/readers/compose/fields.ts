/** Small readers of one key of a service each. */
import type { Located } from '../../text/place.ts'
import { at, itemsOf, type Mapping, type Tree, textOf } from '../../text/tree.ts'
import { asList, asNamed } from './forms.ts'
import { shellWords } from './words.ts'

export function text(tree: Mapping, ...path: readonly string[]): Located<string> | undefined {
  return located(at(tree, ...path))
}

export function located(tree: Tree | undefined): Located<string> | undefined {
  const value = textOf(tree)
  return tree === undefined || value === undefined ? undefined : { value, at: tree.at }
}

/** True and false, also when a variable made texts of them. */
export function bool(tree: Mapping, key: string): Located<boolean> | undefined {
  const found = text(tree, key)
  const value = found?.value.toLowerCase()
  if (found === undefined || (value !== 'true' && value !== 'false')) return undefined
  return { value: value === 'true', at: found.at }
}

/** The texts of a list, or a single one. */
export function texts(tree: Tree | undefined): readonly Located<string>[] {
  if (tree === undefined || tree.kind === 'mapping') return []
  return asList(tree)
    .items.map(located)
    .filter((item) => item !== undefined)
}

/** The names of a list or the keys of a mapping. */
export function names(tree: Tree | undefined): readonly Located<string>[] {
  if (tree?.kind !== 'mapping') return texts(tree)
  return [...tree.entries].map(([value, entry]) => ({ value, at: entry.at }))
}

/** A command: a list as it is, a text parted as by a shell. */
export function command(tree: Tree | undefined): readonly Located<string>[] {
  if (tree?.kind !== 'scalar') return texts(tree)
  return shellWords(textOf(tree) ?? '').map((value) => ({ value, at: tree.at }))
}

/** Names of `secrets` and `configs`, short or long. */
export function sources(tree: Tree | undefined): readonly Located<string>[] {
  return itemsOf(tree)
    .map((item) => located(at(item, 'source')) ?? located(item))
    .filter((item) => item !== undefined)
}

/** `labels` as a list or a mapping. */
export function labels(tree: Tree | undefined): ReadonlyMap<string, Located<string>> {
  const found = new Map<string, Located<string>>()
  if (tree === undefined) return found
  for (const [name, { at: place, value }] of asNamed(tree).entries) {
    found.set(name, { value: textOf(value) ?? '', at: place })
  }
  return found
}
