import {
  type Arg,
  type Argument,
  DockerfileParser,
  type Env,
  type ModifiableInstruction,
  type Instruction as Parsed,
} from 'dockerfile-ast'
import type { Place } from '../../text/place.ts'
import type { Instruction } from './types.ts'

/** The instructions of a Dockerfile in their order; a text that is none has none, or strange ones. */
export function parseInstructions(file: string, text: string): readonly Instruction[] {
  const lines = text.split(/\r?\n/)
  return DockerfileParser.parse(text)
    .getInstructions()
    .map((parsed) => instructionOf(file, lines, parsed))
}

function instructionOf(file: string, lines: readonly string[], parsed: Parsed): Instruction {
  const keyword = parsed.getKeyword()
  const heredocs = heredocLine(parsed, lines)
  return {
    keyword,
    at: placeOf(file, parsed.getRange().start),
    words: parsed
      .getArguments()
      .filter((word) => word.getRange().start.line <= heredocs)
      .map((word) => ({ value: word.getValue(), at: placeOf(file, word.getRange().start) })),
    flags: flagsOf(parsed),
    text: textOf(lines, parsed),
    variables: variablesOf(file, keyword, parsed),
  }
}

/** The last line, from 0, that belongs to the instruction itself: below it stands what its heredocs say. */
function heredocLine(parsed: Parsed, lines: readonly string[]): number {
  const { start, end } = parsed.getRange()
  if (!/^(?:RUN|COPY|ADD)$/.test(parsed.getKeyword())) return end.line
  for (let line = start.line; line < end.line; line++) if (/<<-?["']?\w/.test(lines[line] ?? '')) return line
  return end.line
}

/** The parser leaves comments in that stand between continued lines. */
function textOf(lines: readonly string[], parsed: Parsed): string {
  const { start, end } = parsed.getRange()
  const own = lines.slice(start.line, end.line + 1).filter((line, index) => index === 0 || !/^\s*#/.test(line))
  const joined = own.map((line) => (/[\\`]\s*$/.test(line) ? line.replace(/[\\`]\s*$/, ' ') : `${line}\n`)).join('')
  return joined.slice(start.character + parsed.getInstruction().length).trim()
}

function flagsOf(parsed: Parsed): ReadonlyMap<string, string> {
  const flags = new Map<string, string>()
  if (!('getFlags' in parsed)) return flags
  for (const flag of (parsed as ModifiableInstruction).getFlags()) flags.set(flag.getName(), flag.getValue() ?? '')
  return flags
}

function variablesOf(file: string, keyword: string, parsed: Parsed): Instruction['variables'] {
  if (keyword !== 'ENV' && keyword !== 'ARG') return []
  return (parsed as Arg | Env).getProperties().map((property) => ({
    name: property.getName(),
    value: property.getValue() ?? undefined,
    at: placeOf(file, property.getRange().start),
  }))
}

function placeOf(file: string, { line, character }: Argument['range']['start']): Place {
  return { file, line: line + 1, column: character + 1 }
}
