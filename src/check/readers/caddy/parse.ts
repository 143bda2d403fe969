import type { Disk, TextFile } from '../../disk.ts'
import type { Located, Place } from '../../text/place.ts'
import { createLocator } from '../../text/place.ts'
import type { Directive, DirectiveLines } from '../directive.ts'
import { ownLines } from '../directive.ts'
import { CaddyScanError, scanLines, type Word } from './scan.ts'
import { fillVariables } from './variables.ts'

/** Deeper is no configuration but an attack on whoever walks the tree. */
const MAX_DEPTH = 50

/**
 * The lines and blocks of one Caddyfile as a tree, before it is known which are sites and which snippets; a block
 * without a name has the name ''. What is wrong becomes a problem; everything before it is kept. Own text, as npm has
 * no kept parser of this format that tells line and column.
 */
export function parseCaddy(disk: Disk, file: TextFile, variables: ReadonlyMap<string, string>): readonly Directive[] {
  const filled = fillVariables(file.text, variables)
  const locate = createLocator(file.shown, file.text)
  const place = (offset: number) => locate(filled.offsetOf(offset))
  const linesOf = (from: number, to: number) =>
    ownLines(file.text, filled.offsetOf(from), filled.offsetOf(to), (offset) => locate(offset).line)
  const root: Directive[] = []
  try {
    parseLines(filled.text, root, (words, block) => toDirective(file.path, place, linesOf, words, block))
  } catch (error) {
    if (!(error instanceof CaddyScanError)) throw error
    disk.problem(place(error.offset), error.message)
  }
  return root
}

type Make = (words: readonly Word[], block: Directive[] | undefined) => Directive

function parseLines(text: string, root: Directive[], make: Make): void {
  const open: { readonly block: Directive[]; readonly from: number }[] = []
  let pending: readonly Word[] = []
  for (const line of scanLines(text)) {
    let words = [...pending, ...line]
    pending = []
    while (words[0] !== undefined && is(words[0], '}')) {
      if (open.pop() === undefined) throw new CaddyScanError(words[0].from, 'a } without a { before it')
      words = words.slice(1)
    }
    const last = words.at(-1)
    if (last === undefined) continue
    // A list of addresses goes on in the next line after a comma.
    if (open.length === 0 && !last.quoted && last.value.endsWith(',')) {
      pending = words
      continue
    }
    const target = open.at(-1)?.block ?? root
    if (is(last, '{')) {
      if (open.length >= MAX_DEPTH) throw new CaddyScanError(last.from, `more than ${MAX_DEPTH} blocks in each other`)
      const block: Directive[] = []
      target.push(make(words, block))
      open.push({ block, from: last.from })
    } else target.push(make(words, is(last, '{}') ? [] : undefined))
  }
  const last = open.at(-1)
  if (last !== undefined) throw new CaddyScanError(last.from, 'this { is never closed')
}

function is(word: Word, mark: string): boolean {
  return !word.quoted && word.value === mark
}

function toDirective(
  path: string,
  place: (offset: number) => Place,
  linesOf: (from: number, to: number) => DirectiveLines | undefined,
  words: readonly Word[],
  block: Directive[] | undefined,
): Directive {
  const named = block === undefined ? words : words.slice(0, -1)
  const first = words[0]!
  const args = named.slice(1).map(({ value, from }): Located<string> => ({ value, at: place(from) }))
  const lines = linesOf(first.from, words.at(-1)!.to)
  return { name: named[0]?.value ?? '', args, block, at: place(first.from), path, lines }
}
