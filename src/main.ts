import { createProgram } from './cli/program.ts'
import { createTerminal } from './cli/terminal.ts'
import { CastellanError, errorText } from './kernel/errors.ts'

const terminal = createTerminal()

createProgram(terminal)
  .parseAsync()
  .catch((error: unknown) => {
    const hint = error instanceof CastellanError ? error.hint : undefined
    terminal.note(`${terminal.red('error')}: ${errorText(error)}${hint === undefined ? '' : `\n  ${hint}`}`)
    process.exit(2)
  })
