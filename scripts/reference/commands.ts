import type { Command, Option } from 'commander'
import { createProgram } from '../../src/cli/program.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { code, page, table } from './markdown.ts'

const silent: Terminal = {
  line: () => undefined,
  note: () => undefined,
  outliveReaders: () => undefined,
  bold: (text) => text,
  dim: (text) => text,
  green: (text) => text,
  red: (text) => text,
  yellow: (text) => text,
}

/** The page of all commands with their options, from the program itself. */
export function commandsPage(): string {
  const intro = `What \`bin/castellan\` takes. Exit codes: 0 is good; 1 is a finding (a broken proof, a log that was tampered with, a file
with a mistake, a reload that was refused); 2 means that the command could not run.`
  return page('Commands', intro, [...sections(createProgram(silent), '')])
}

function* sections(command: Command, path: string): Generator<string> {
  const name = `${path}${command.name()}`
  const options = command.options.filter((option) => !option.hidden && option.long !== '--version')
  if (command.commands.length === 0 || command.registeredArguments.length > 0) {
    const text = `## ${code(`${name} ${command.usage()}`.trim())}\n\n${sentence(command.description())}`
    yield options.length === 0 ? text : `${text}\n\n${table(['option', 'meaning', 'default'], options.map(optionRow))}`
  }
  for (const inner of command.commands) yield* sections(inner, `${name} `)
}

function optionRow(option: Option): string[] {
  const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`
  const meaning = `${option.description}${choices}`
  const fallback: unknown = option.defaultValueDescription ?? option.defaultValue
  const shown =
    fallback === undefined || fallback === false || (Array.isArray(fallback) && fallback.length === 0)
      ? ''
      : String(fallback)
  return [code(option.flags), meaning, option.mandatory ? '**required**' : shown]
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}
