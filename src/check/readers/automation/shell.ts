import type { Place } from '../../text/place.ts'
import type { Command } from './types.ts'

/** Characters of one command; scripts with embedded data have longer ones, and nothing is looked for there. */
const MAX_COMMAND = 1_000
/** Characters of a variable's value. */
const MAX_VALUE = 500

export interface RawLine {
  readonly text: string
  readonly line: number
  readonly schedule?: string | undefined
  readonly section?: string
}

/** Lines without comments; those that end in a backslash are joined with the next one. */
export function joinedLines(text: string): readonly RawLine[] {
  const joined: RawLine[] = []
  let open: { text: string; line: number } | undefined
  text.split('\n').forEach((raw, index) => {
    const line = withoutComment(raw)
    const end = line.trimEnd()
    const continued = end.endsWith('\\') && !end.endsWith('\\\\')
    const part = continued ? `${end.slice(0, -1).trimEnd()} ` : line
    const begun: { text: string; line: number } = open ?? { text: '', line: index + 1 }
    if (begun.text.length < MAX_COMMAND) begun.text += begun.text === '' ? part : part.trimStart()
    open = continued ? begun : undefined
    if (!continued && begun.text.trim() !== '') joined.push(begun)
  })
  if (open !== undefined && (open as RawLine).text.trim() !== '') joined.push(open)
  return joined
}

/** A `#` begins a comment at the start of a word that is not within quotes. */
function withoutComment(line: string): string {
  if (!line.includes('#')) return line
  let quote = ''
  for (let index = 0; index < line.length; index++) {
    const character = line[index]!
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '#' && (index === 0 || /[\s;]/.test(line[index - 1]!))) return line.slice(0, index)
  }
  return line
}

/** Commands of raw lines, with what the file sets itself put in for its variables. */
export function commandsOf(shown: string, lines: readonly RawLine[]): readonly Command[] {
  const values = new Map<string, string>()
  return lines.map(({ text: raw, line, schedule, section }) => {
    const text = raw.trim().slice(0, MAX_COMMAND)
    const expanded = expand(text, values)
    remember(expanded, values)
    const at: Place = { file: shown, line, column: raw.length - raw.trimStart().length + 1 }
    return { text, expanded, at, schedule: schedule ?? scheduleWithin(text), section: section ?? '' }
  })
}

const ASSIGNMENT =
  /^(?:(?:export|local|readonly|declare(?:\s+-\w+)?)\s+)?([A-Za-z_]\w*)\s?[:?]?=\s?("[^"]*"|'[^']*'|[^\s;"'`|&]+)/

function remember(text: string, values: Map<string, string>): void {
  const [, name, value] = ASSIGNMENT.exec(text) ?? []
  if (name !== undefined && value !== undefined && value.length <= MAX_VALUE)
    values.set(name, value.replace(/^["']|["']$/g, ''))
}

/** Puts values in for `$NAME`, `${NAME}` and `${NAME:-default}`; unknown names without a default stay as they are. */
function expand(text: string, values: ReadonlyMap<string, string>): string {
  const filled = text.replace(
    /\$(?:\{(\w+)(?::?-([^{}]*))?\}|([A-Za-z_]\w*))/g,
    (whole, braced: string | undefined, otherwise: string | undefined, bare: string | undefined) =>
      values.get(braced ?? bare ?? '') ?? otherwise ?? whole,
  )
  return filled.slice(0, MAX_COMMAND)
}

const WITHIN =
  /(?:^|["'\s])((?:[\d*][\d*/,-]*\s+){4}[\d*][\w*/,-]*|@(?:hourly|daily|weekly|monthly|midnight))\s+[\w./$]/

/** A script may write a line of a crontab: `echo "0 3 * * * root /backup.sh" > /etc/cron.d/backup`. */
function scheduleWithin(text: string): string | undefined {
  return WITHIN.exec(text)?.[1]
}
