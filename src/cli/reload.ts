import { CastellanError } from '../kernel/errors.ts'
import { askOperator } from './operator-client.ts'
import type { Terminal } from './terminal.ts'

/** `reload`: 0 when the file is in force on every edge, 1 with the reason when the old one stays. */
export async function reload({ data, json }: { data: string; json: boolean }, terminal: Terminal): Promise<number> {
  try {
    const { policy } = await askOperator<{ policy: string }>(data, 'POST', '/reload')
    terminal.line(json ? JSON.stringify({ reloaded: true, policy }) : `In force: policy ${policy}.`)
    return 0
  } catch (error) {
    if (!(error instanceof CastellanError) || error.code.startsWith('operator.')) throw error
    if (json) terminal.line(JSON.stringify({ reloaded: false, code: error.code, message: error.message }))
    else terminal.note(`${terminal.red('not reloaded')}: ${error.message}\n  The old file stays in force.`)
    return 1
  }
}
