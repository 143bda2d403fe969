/** A word of a Caddyfile, with its offsets in the text. */
export interface Word {
  readonly value: string
  /** A quoted `{` opens no block. */
  readonly quoted: boolean
  readonly from: number
  readonly to: number
}

/** What is wrong with a text, and where. */
export class CaddyScanError {
  readonly offset: number
  readonly message: string
  constructor(offset: number, message: string) {
    this.offset = offset
    this.message = message
  }
}

/** The words of each line that has any; a backslash at the end of a line goes on with the next. Throws CaddyScanError. */
export function* scanLines(text: string): Generator<readonly Word[]> {
  let line: Word[] = []
  let position = 0
  while (position < text.length) {
    const character = text[position]!
    if (character === '\n') {
      if (line.length > 0) yield line
      line = []
      position++
    } else if (isBlank(character)) position++
    else if (character === '\\' && /^\\\r?\n/.test(text.slice(position, position + 3)))
      position = text.indexOf('\n', position) + 1
    else if (character === '#') {
      const newline = text.indexOf('\n', position)
      position = newline === -1 ? text.length : newline
    } else {
      const word = scanWord(text, position)
      line.push(word)
      position = word.to
    }
  }
  if (line.length > 0) yield line
}

function scanWord(text: string, from: number): Word {
  const first = text[from]
  if (first === '"') return scanQuoted(text, from)
  if (first === '`') {
    const end = text.indexOf('`', from + 1)
    if (end === -1) throw new CaddyScanError(from, 'the ` is never closed')
    return { value: text.slice(from + 1, end), quoted: true, from, to: end + 1 }
  }
  const heredoc = first === '<' ? scanHeredoc(text, from) : undefined
  if (heredoc !== undefined) return heredoc
  let to = from
  while (to < text.length && text[to] !== '\n' && !isBlank(text[to]!)) to++
  return { value: text.slice(from, to), quoted: false, from, to }
}

/** Only `\"` is an escape; any other backslash is itself. */
function scanQuoted(text: string, from: number): Word {
  let value = ''
  for (let position = from + 1; position < text.length; position++) {
    const character = text[position]!
    if (character === '"') return { value, quoted: true, from, to: position + 1 }
    if (character === '\\' && text[position + 1] === '"') position++
    value += text[position]
  }
  throw new CaddyScanError(from, 'the " is never closed')
}

/** `<<NAME`, lines, `NAME`: the white space before the last NAME is taken off every line. */
function scanHeredoc(text: string, from: number): Word | undefined {
  const marker = /^<<([A-Za-z0-9_-]+)\r?\n/.exec(text.slice(from, from + 100))?.[1]
  if (marker === undefined) return undefined
  const start = text.indexOf('\n', from) + 1
  for (let line = start; line < text.length; ) {
    const newline = text.indexOf('\n', line)
    const end = newline === -1 ? text.length : newline
    const content = text.slice(line, end)
    const indent = content.length - content.trimStart().length
    const rest = content.slice(indent)
    if (rest.startsWith(marker) && !/^[\w-]/.test(rest.slice(marker.length))) {
      const body = text.slice(start, Math.max(start, line - 1))
      const value = body
        .split('\n')
        .map((one) => one.slice(Math.min(indent, one.length - one.trimStart().length)))
        .join('\n')
      return { value, quoted: true, from, to: line + indent + marker.length }
    }
    line = end + 1
  }
  throw new CaddyScanError(from, `the text after <<${marker} is never closed by ${marker}`)
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r'
}
