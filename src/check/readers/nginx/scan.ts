/** A piece of an nginx configuration, with its offsets in the text. */
export interface Token {
  readonly kind: 'word' | 'open' | 'close' | 'end'
  /** Of a word: without quotes, escapes resolved. */
  readonly value: string
  readonly from: number
  readonly to: number
}

/** What is wrong with a text, and where. */
export class ScanError {
  readonly offset: number
  readonly message: string
  constructor(offset: number, message: string) {
    this.offset = offset
    this.message = message
  }
}

const MARKS: Readonly<Record<string, Token['kind']>> = { ';': 'end', '{': 'open', '}': 'close' }
const ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n', '"': '"', "'": "'", '\\': '\\' }

/** The token at or after `start`, by the rules of `ngx_conf_read_token`; undefined at the end. Throws a ScanError. */
export function scan(text: string, start: number): Token | undefined {
  let from = start
  for (;;) {
    while (from < text.length && isSpace(text[from]!)) from++
    if (text[from] !== '#') break
    const newline = text.indexOf('\n', from)
    from = newline === -1 ? text.length : newline
  }
  if (from >= text.length) return undefined
  const mark = MARKS[text[from]!]
  if (mark !== undefined) return { kind: mark, value: '', from, to: from + 1 }
  return text[from] === '"' || text[from] === "'" ? scanQuoted(text, from) : scanWord(text, from)
}

function scanQuoted(text: string, from: number): Token {
  const quote = text[from]
  let value = ''
  let position = from + 1
  for (; position < text.length && text[position] !== quote; position++) {
    if (text[position] === '\\') value += escaped(text, ++position)
    else value += text[position]
  }
  if (position >= text.length) throw new ScanError(from, `the ${quote} is never closed`)
  return { kind: 'word', value, from, to: position + 1 }
}

/** Ends at white space, `;` or `{`; the brace of `${name}` belongs to the word. */
function scanWord(text: string, from: number): Token {
  let value = ''
  let position = from
  for (; position < text.length; position++) {
    const character = text[position]!
    if (character === '\\') value += escaped(text, ++position)
    else if (character === '$' && text[position + 1] === '{') {
      value += '${'
      position++
    } else if (isSpace(character) || character === ';' || character === '{') break
    else value += character
  }
  return { kind: 'word', value, from, to: Math.min(position, text.length) }
}

function escaped(text: string, position: number): string {
  const character = text[position] ?? ''
  return ESCAPES[character] ?? `\\${character}`
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r'
}

/** Offset behind the `}` that closes the Lua text which begins at `from`; strings and comments in it don't count. */
export function skipLua(text: string, from: number): number {
  // What is never closed goes on to the end of its line or of the text: looking for its end again and again is quadratic.
  const piece =
    /--\[\[[\s\S]*?(?:\]\]|$)|--[^\n]*|\[\[[\s\S]*?(?:\]\]|$)|"(?:[^"\\\n]+|\\[\s\S])*"?|'(?:[^'\\\n]+|\\[\s\S])*'?|[{}]/g
  piece.lastIndex = from
  let depth = 1
  for (let match = piece.exec(text); match !== null; match = piece.exec(text)) {
    if (match[0] === '{') depth++
    else if (match[0] === '}' && --depth === 0) return piece.lastIndex
  }
  throw new ScanError(from - 1, 'the Lua block is never closed')
}
