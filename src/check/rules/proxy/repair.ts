import type { TextRepair } from '../../fix/repair.ts'
import type { Directive } from '../../readers/directive.ts'

/** What an observation gets: a repair when the lines can be changed as whole lines, else nothing. */
export interface MaybeRepair {
  readonly repair?: TextRepair
}

/** In place of the directive, which has no block. */
export function replaceWith(directive: Directive, ...texts: readonly string[]): MaybeRepair {
  const { lines, path } = directive
  if (lines === undefined) return {}
  const insert = texts.map((text) => lines.indent + text)
  return { repair: { kind: 'text', file: path, line: lines.first, remove: lines.last - lines.first + 1, insert } }
}

/** Below the directive, which has no block. */
export function insertAfter(directive: Directive, ...texts: readonly string[]): MaybeRepair {
  const { lines, path } = directive
  if (lines === undefined) return {}
  const insert = texts.map((text) => lines.indent + text)
  return { repair: { kind: 'text', file: path, line: lines.last + 1, remove: 0, insert } }
}

/** Above the directive, with or without a block. */
export function insertBefore(directive: Directive | undefined, ...texts: readonly string[]): MaybeRepair {
  if (directive?.lines === undefined) return {}
  const { indent, first } = directive.lines
  return {
    repair: { kind: 'text', file: directive.path, line: first, remove: 0, insert: texts.map((text) => indent + text) },
  }
}

/** As the first lines of the directive's block. */
export function insertInto(directive: Directive | undefined, ...texts: readonly string[]): MaybeRepair {
  if (directive?.lines === undefined || directive.block === undefined) return {}
  const { indent, last } = directive.lines
  const inner = directive.block.find(({ path, lines }) => path === directive.path && lines !== undefined)
  const insert = texts.map((text) => (inner?.lines?.indent ?? `${indent}    `) + text)
  return { repair: { kind: 'text', file: directive.path, line: last + 1, remove: 0, insert } }
}
