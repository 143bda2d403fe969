import { CastellanError } from '../../kernel/errors.ts'
import type { Complaint } from './pages/parts.ts'

/** What people are told of, by code; every other error is the operator's alone, and people see a request id. */
const TOLD: Readonly<Record<string, { readonly status: number; readonly field?: string; readonly hint?: string }>> = {
  'portal.form': { status: 400 },
  'portal.destination': { status: 400 },
  'portal.origin': { status: 403 },
  'portal.missing': { status: 404 },
  'portal.method': { status: 405 },
  'portal.size': { status: 413 },
  'portal.type': { status: 415 },
  'portal.host': { status: 421 },
  'portal.passwords': { status: 422, field: 'password' },
  'accounts.email': { status: 422, field: 'email' },
  'accounts.exists': { status: 422, field: 'email' },
  'accounts.weak': { status: 422, field: 'password' },
  'accounts.wrong': { status: 422, field: 'current-password' },
  'accounts.throttled': { status: 429, field: 'current-password' },
  'accounts.busy': { status: 503, field: 'password' },
  'accounts.setup': {
    status: 410,
    hint: 'Every link works once and for an hour, and a newer one replaces it. While there is no administrator, castellan guard prints a new link at every start. If there is one already, sign in.',
  },
  'sessions.ended': { status: 401 },
  'audit.unavailable': {
    status: 503,
    hint: 'What can’t be written down is not done. Try again in a minute.',
  },
}

/** What an answer tells of an error. */
interface Told {
  readonly status: number
  /** With `field`, the form is shown again; the error is about that field of it. */
  readonly complaint: Complaint
  readonly headers: Readonly<Record<string, string>>
  /** True when nobody foresaw it, so that it belongs in the log. */
  readonly unexpected: boolean
}

/** Turns anything that was thrown into what people may see of it. */
export function complaintOf(error: unknown): Told {
  const told = error instanceof CastellanError ? TOLD[error.code] : undefined
  if (!(error instanceof CastellanError) || told === undefined) {
    const complaint = { message: 'Something went wrong here.', hint: 'It is not your fault, and it was written down.' }
    return { status: 500, complaint, headers: {}, unexpected: true }
  }
  const { status, field, hint = error.hint } = told
  const complaint = { message: error.message, hint, field }
  return { status, complaint, headers: status === 503 ? { 'retry-after': '60' } : {}, unexpected: false }
}
