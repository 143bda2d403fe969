/**
 * The one error class of Castellan. `code` is stable and is what programs and tests rely on; `message` says what
 * happened in the user's words; `hint` says what to do next. Private detail belongs in `cause` and in the log only.
 */
export class CastellanError extends Error {
  override readonly name = 'CastellanError'
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }
}

/** The `code` of a Node system error (`EADDRINUSE`, `ENOSPC`) or of a CastellanError, else undefined. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** One line that says what went wrong, for logs and terminals; never a stack. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
