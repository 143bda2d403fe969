/**
 * Env files as Docker Compose reads them (compose-go 2, package dotenv): `NAME=value`, `NAME: value`, `export NAME=value`,
 * single quotes (nothing is replaced), double quotes (escapes and variables, over many lines), ` #` comments, and a name
 * alone, which takes its value from the shell. After a fault Compose gives up; here the next line is read.
 */
import { createLocator, type Place } from '../../text/place.ts'
import type { VariableUse } from '../../text/tree.ts'
import type { ReportProblem } from '../../text/yaml.ts'
import { expandEscapes } from './escapes.ts'
import { interpolate, type Lookup, type Variable } from './interpolate.ts'
import type { EnvEntry } from './types.ts'

/** An entry that also knows what was filled in. */
export interface ParsedEntry extends EnvEntry {
  readonly variables: readonly VariableUse[]
}

/** `raw`: the value is the rest of the line, as `docker run --env-file` reads it. */
export type EnvFormat = 'compose' | 'raw'

interface Source {
  readonly text: string
  readonly locate: (offset: number) => Place
  readonly report: ReportProblem
  /** Names known from outside come first, then those of the file so far. */
  readonly lookup: Lookup
  readonly entries: ParsedEntry[]
  readonly own: Map<string, Variable>
}

/** A file that is no env file at all would give one fault a line. */
const MAX_FAULTS = 20

/** Names of letters, digits and `_ . - [ ]`, not empty. */
const NAME = /^[\p{L}\p{N}_.[\]-]+$/u
const SPACES = /[\t\v\f\r \u0085\u00a0]*/y

/** The entries of an env file in their order. `outer` gives variables known before; the shell is never asked. */
export function parseEnv(
  file: { readonly shown: string; readonly text: string },
  outer: Lookup,
  report: ReportProblem,
  format: EnvFormat = 'compose',
): readonly ParsedEntry[] {
  const own = new Map<string, Variable>()
  const source: Source = {
    text: file.text,
    locate: createLocator(file.shown, file.text),
    report: limited(report),
    lookup: (name) => outer(name) ?? own.get(name),
    entries: [],
    own,
  }
  let offset = 0
  while (offset < file.text.length) offset = format === 'raw' ? rawLine(source, offset) : statement(source, offset)
  return source.entries
}

function limited(report: ReportProblem): ReportProblem {
  let faults = 0
  return (at, message) => {
    faults += 1
    if (faults <= MAX_FAULTS) report(at, message)
    else if (faults === MAX_FAULTS + 1) report(at, 'more broken lines follow in this env file')
  }
}

/** Reads what starts at an offset; gives where to go on. */
function statement(source: Source, from: number): number {
  const { text } = source
  const lead = /\s*/y
  lead.lastIndex = from
  const start = from + (lead.exec(text)?.[0].length ?? 0)
  if (start >= text.length) return text.length
  if (text[start] === '#') return lineEnd(text, start)
  const keyStart = start + (/^export\s+/.exec(text.slice(start, start + 200))?.[0].length ?? 0)
  const end = lineEnd(text, keyStart)
  const assign = indexOfAssignment(text, keyStart, end)
  const name = text.slice(keyStart, assign === -1 ? end : assign).trimEnd()
  if (!NAME.test(name)) return broken(source, start, end, name, assign !== -1)
  const at = source.locate(keyStart)
  if (assign === -1) {
    source.entries.push({ name, value: undefined, at, valueAt: at, variables: [] })
    return end
  }
  return value(source, name, at, afterSpaces(text, assign + 1))
}

function broken(source: Source, start: number, end: number, name: string, assigned: boolean): number {
  const why = !assigned
    ? 'this line is no NAME=value'
    : name === ''
      ? 'there is no name before the ='
      : /\s/.test(name)
        ? 'there is a space in the name before the ='
        : 'the name before the = has a character that is not a letter, digit or one of _ . - [ ]'
  source.report(source.locate(start), `broken line in an env file: ${why}`)
  return end
}

function indexOfAssignment(text: string, from: number, end: number): number {
  for (let i = from; i < end; i++) if (text[i] === '=' || text[i] === ':') return i
  return -1
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

function afterSpaces(text: string, from: number): number {
  SPACES.lastIndex = from
  return from + (SPACES.exec(text)?.[0].length ?? 0)
}

function value(source: Source, name: string, at: Place, start: number): number {
  const quote = source.text[start]
  if (quote === '"' || quote === "'") return quoted(source, name, at, start, quote)
  const end = lineEnd(source.text, start)
  const line = source.text.slice(start, end)
  const comment = line.indexOf(' #')
  put(source, name, at, start, (comment === -1 ? line : line.slice(0, comment)).trimEnd(), true)
  return end
}

function quoted(source: Source, name: string, at: Place, start: number, quote: string): number {
  const { text } = source
  let out = ''
  for (let i = start + 1; i < text.length; i++) {
    const char = text[i]!
    if (char === quote) {
      put(source, name, at, start + 1, quote === '"' ? expandEscapes(out) : out, quote === '"')
      return i + 1
    }
    if (char !== '\\' || i + 1 >= text.length) out += char
    else {
      // An escaped quote loses its backslash here; all other escapes are for later, and only within double quotes.
      const next = text[++i]!
      out += next === quote ? next : char + next
    }
  }
  source.report(source.locate(start), `the value of ${name} starts with a quote that is never closed`)
  return lineEnd(text, start)
}

function put(source: Source, name: string, at: Place, offset: number, text: string, fill: boolean): void {
  const valueAt = source.locate(offset)
  const filled = fill ? interpolate(text, source.lookup, (inner) => source.locate(offset + inner)) : undefined
  for (const fault of filled?.faults ?? []) source.report(valueAt, `the value of ${name}: ${fault.message}`)
  const result = filled?.text ?? text
  source.entries.push({ name, value: result, at, valueAt, variables: filled?.uses ?? [] })
  source.own.set(name, { value: result, from: valueAt })
}

function rawLine(source: Source, from: number): number {
  const end = lineEnd(source.text, from)
  const line = source.text.slice(from, end).replace(/\r$/, '')
  const name = (line.split('=', 1)[0] ?? '').trimStart()
  const start = from + line.length - line.trimStart().length
  if (name === '' && line.includes('=')) source.report(source.locate(from), 'there is no name before the =')
  else if (name !== '' && !name.startsWith('#')) {
    const at = source.locate(start)
    if (line.includes('='))
      put(source, name, at, start + name.length + 1, line.slice(start - from + name.length + 1), false)
    else source.entries.push({ name: name.trimEnd(), value: undefined, at, valueAt: at, variables: [] })
  }
  return end + 1
}
