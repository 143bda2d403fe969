import type { TextFile } from '../../disk.ts'
import type { Place } from '../../text/place.ts'

export interface Line {
  /** Without blanks at its ends. */
  readonly text: string
  readonly at: Place
  /** It begins with a blank, which in some formats continues the line before. */
  readonly indented: boolean
}

/** The lines of a file that are neither empty nor comments. `comment`: what a comment line begins with. */
export function linesOf(file: TextFile, comment: RegExp = /^#/): readonly Line[] {
  const lines: Line[] = []
  file.text.split('\n').forEach((raw, index) => {
    const text = raw.trim()
    if (text === '' || comment.test(text)) return
    const column = raw.length - raw.trimStart().length + 1
    lines.push({ text, at: { file: file.shown, line: index + 1, column }, indented: column > 1 })
  })
  return lines
}

/**
 * Does a name fit a pattern with `*` and `?` (glob(7), without brackets)? By hand: as a regular expression, many stars
 * could take for ever.
 */
export function matches(pattern: string, name: string): boolean {
  let [at, star, mark] = [0, -1, 0]
  let index = 0
  while (index < name.length) {
    if (pattern[at] === '*') {
      star = at++
      mark = index
    } else if (pattern[at] === '?' || pattern[at] === name[index]) {
      at++
      index++
    } else if (star !== -1) {
      at = star + 1
      index = ++mark
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
