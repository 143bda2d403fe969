/** Lines of at most `width` columns, parted at spaces; a word that is longer has a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** A word before the first line, and as much space before the others. */
export function hanging(lead: string, text: string, indent: number, width: number): readonly string[] {
  const space = ' '.repeat(indent)
  const rest = ' '.repeat(lead.length)
  return wrap(text, Math.max(30, width - indent - lead.length)).map((line, index) =>
    `${space}${index === 0 ? lead : rest}${line}`.trimEnd(),
  )
}

/** `1 finding`, `2 findings`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
