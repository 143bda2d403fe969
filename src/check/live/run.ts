/** Asks one of the system's own read-only tools. */
import { execFile } from 'node:child_process'
import { errorCode } from '../../kernel/errors.ts'

export type Answer = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

const TIMEOUT_MS = 5_000
const MAX_BYTES = 8 * 1_048_576
/** Ordinary users often have no sbin in their PATH. Nothing of the caller's environment is handed on. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

/** Its standard output, or why there is none: not installed, refused, too slow. Never throws. */
export function ask(tool: string, ...args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, env: ENVIRONMENT, encoding: 'utf8' as const }
    execFile(tool, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, text: stdout })
      else resolve({ ok: false, reason: reasonOf(tool, error, stderr) })
    })
  })
}

function reasonOf(tool: string, error: Error & { killed?: boolean }, stderr: string): string {
  if (errorCode(error) === 'ENOENT') return `${tool} is not installed`
  if (error.killed === true) return `${tool} gave no answer within ${TIMEOUT_MS / 1000} seconds`
  const said = stderr.trim().split('\n')[0]
  return /permitted|permission|root/i.test(stderr) ? `${tool} answers to root only` : `${tool}: ${said || 'it failed'}`
}
