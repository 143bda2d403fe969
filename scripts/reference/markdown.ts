/** First lines of every generated page. */
export function page(title: string, intro: string, parts: readonly string[]): string {
  return `<!-- Written by scripts/reference.ts; run: node scripts/reference.ts -->\n\n# ${title}\n\n${intro}\n\n${parts.join('\n\n')}\n`
}

/** A table of Markdown; a `|` in a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export function code(text: string): string {
  return `\`${text}\``
}
