import { styleText } from 'node:util'
import { errorCode } from '../kernel/errors.ts'

type Style = Parameters<typeof styleText>[0]

/** Where a command writes. Colours only on a terminal, and not when NO_COLOR is set (no-color.org). */
export interface Terminal {
  line(text: string): void
  /** To standard error: progress and notes, so that standard output stays for results. */
  note(text: string): void
  /** From now on a reader that goes away does not end the program: a gate serves without one. */
  outliveReaders(): void
  bold(text: string): string
  dim(text: string): string
  green(text: string): string
  red(text: string): string
  yellow(text: string): string
}

/** What a shell says of a program that SIGPIPE ended; Node ignores that signal. Not 0, which some commands mean. */
const SIGPIPE_EXIT = 128 + 13

/** A reader that has seen enough, as in `| head`, ends the program without a word. */
export function createTerminal(): Terminal {
  let outlives = false
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (errorCode(error) !== 'EPIPE') throw error
      if (!outlives) process.exit(SIGPIPE_EXIT)
    })
  }
  const colours = process.stdout.isTTY === true && !process.env['NO_COLOR']
  const style = (format: Style) => (text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text
  return {
    line: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    outliveReaders: () => {
      outlives = true
    },
    bold: style('bold'),
    dim: style('dim'),
    green: style('green'),
    red: style('red'),
    yellow: style('yellow'),
  }
}

/** Foreign text for a terminal: control bytes and escapes come out as `\x1b`, so that they can't forge a line. */
export function plain(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (byte) => {
    return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** Rows as columns, each as wide as its widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => plain(row[column] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, column) => plain(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
