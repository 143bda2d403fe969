import type { Located, Place } from '../text/place.ts'

/** One directive of an nginx configuration or a Caddyfile: both are words, ended by a line or `;`, or by a block. */
export interface Directive {
  readonly name: string
  readonly args: readonly Located<string>[]
  /** What stands between its braces; undefined when it has none. */
  readonly block: readonly Directive[] | undefined
  /** Place of its name. */
  readonly at: Place
  /** Absolute path of the file that holds it: a repair needs it. */
  readonly path: string
  /** For repairs; undefined when it shares a line with something else, so that whole lines can't be changed. */
  readonly lines: DirectiveLines | undefined
}

/** The lines from its name to its `;`, its `{` or its last word. Lines count from 1. */
export interface DirectiveLines {
  readonly first: number
  readonly last: number
  readonly indent: string
}

/** All directives below, in the order of the file, the outer before the inner. */
export function* walk(directives: readonly Directive[]): Generator<Directive> {
  for (const directive of directives) {
    yield directive
    if (directive.block !== undefined) yield* walk(directive.block)
  }
}

/** Characters that are looked at on both sides, so that a file of one long line costs no more than another. */
const MAX_INDENT = 200

/** The lines that a directive has to itself: nothing but white space before it, nothing but a comment after it. */
export function ownLines(
  text: string,
  from: number,
  to: number,
  lineOf: (offset: number) => number,
): DirectiveLines | undefined {
  const start = Math.max(0, from - MAX_INDENT)
  const near = text.slice(start, from)
  const newline = near.lastIndexOf('\n')
  const before = near.slice(newline + 1)
  if (/\S/.test(before) || (newline === -1 && start > 0)) return undefined
  if (!/^[^\S\n]*(?:#|\r?\n|$)/.test(text.slice(to, to + MAX_INDENT))) return undefined
  return { first: lineOf(from), last: lineOf(Math.max(from, to - 1)), indent: before }
}
