import type { Place } from '../../text/place.ts'
import type { Entry, Scalar, Tree } from '../../text/tree.ts'
import { interpolate } from '../env/interpolate.ts'
import type { Loader } from './loader.ts'

/**
 * Fills variables into the values (not the keys) of a file. Trees that aliases share are filled once and stay shared, so
 * that a bomb of aliases does not grow here.
 *
 * A variable that must be set (`${A:?}`) and isn't is a problem only when there is an env file at all: before an
 * installation is set up there is none, only a sample, and the check must be able to look at it. Its use is kept as one
 * with nothing in any case.
 */
export function createFiller(loader: Loader, text: string): (tree: Tree) => Tree {
  const done = new Map<Tree, Tree>()
  const find = createFinder(text)
  const fill = (tree: Tree): Tree => {
    if (tree.kind === 'scalar' && (typeof tree.value !== 'string' || !tree.value.includes('$'))) return tree
    const before = done.get(tree)
    if (before !== undefined) return before
    const filled = fillOne(tree)
    done.set(tree, filled)
    return filled
  }
  const fillOne = (tree: Tree): Tree => {
    if (tree.kind === 'scalar') return fillScalar(loader, tree, find)
    if (tree.kind === 'list') return { ...tree, items: tree.items.map(fill) }
    const entries = new Map<string, Entry>()
    for (const [key, { at, value }] of tree.entries) entries.set(key, { at, value: fill(value) })
    return { ...tree, entries }
  }
  return fill
}

type Find = (at: Place, written: string) => Place

function fillScalar(loader: Loader, scalar: Scalar, find: Find): Scalar {
  const text = String(scalar.value)
  // Defaults are found again by what stands before them: `${NAME:-`.
  const locate = (offset: number) => find(scalar.at, text.slice(text.lastIndexOf('${', offset), offset))
  const filled = interpolate(text, loader.env.lookup, locate)
  for (const { kind, message } of filled.faults) {
    if (kind === 'form' || loader.envFiles.size > 0) loader.report(scalar.at, message)
  }
  for (const use of filled.uses) {
    const uses = loader.uses.get(use.name)
    if (uses === undefined) loader.uses.set(use.name, [use])
    else uses.push(use)
  }
  return { ...scalar, value: filled.text, ...(filled.uses.length === 0 ? undefined : { variables: filled.uses }) }
}

/** A text block may go on for many lines; further down a place is that of the whole value. */
const MAX_LINES = 100

/** Finds a piece of text at or after a place and gives the place just behind it, else the place itself. */
function createFinder(text: string): Find {
  let lines: readonly string[] | undefined
  return (at, written) => {
    lines ??= text.split('\n')
    for (let line = at.line; line < at.line + MAX_LINES && line <= lines.length; line++) {
      const column = lines[line - 1]!.indexOf(written, line === at.line ? at.column - 1 : 0)
      if (column !== -1) return { file: at.file, line, column: column + written.length + 1 }
    }
    return at
  }
}
