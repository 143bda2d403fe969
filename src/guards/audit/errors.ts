import { CastellanError, errorCode } from '../../kernel/errors.ts'

/** Everything that can go wrong with the audit log, and what to do about it. */
const hints = {
  'audit.disk-full': 'Make room on the volume that holds the audit log; it goes on by itself.',
  'audit.write-failed': 'Look at the volume that holds the audit log; it is tried again with the next entry.',
  'audit.overloaded': 'The disk is slower than the entries come; try again.',
  'audit.closed': 'The audit log is shutting down.',
  'audit.entry-invalid': 'This is a fault in the program that wrote the entry.',
  'audit.damaged': 'Run `castellan audit verify`. Keep the folder as evidence, and begin a new one.',
  'audit.key-mismatch': 'Give back the signing key that belongs to this folder, or begin a new folder.',
  'audit.changed-underneath': 'Run `castellan audit verify`: somebody else changed the files of the audit log.',
  'audit.in-use': 'Another process has this audit log open; stop it first.',
  'audit.checkpoint-undelivered': 'Look at the place that checkpoints are sent to; it is tried again.',
} as const

export type AuditErrorCode = keyof typeof hints

export function auditError(code: AuditErrorCode, message: string, cause?: unknown): CastellanError {
  return new CastellanError(code, message, { hint: hints[code], cause })
}

/** What a failed write means for whoever wanted the entry. */
export function writeError(cause: unknown): CastellanError {
  if (cause instanceof CastellanError) return cause
  const full = ['ENOSPC', 'EDQUOT'].includes(errorCode(cause) ?? '')
  return full
    ? auditError(
        'audit.disk-full',
        'There is no room left for the audit log, so nothing that needs an entry is done.',
        cause,
      )
    : auditError(
        'audit.write-failed',
        'The audit log could not be written, so nothing that needs an entry is done.',
        cause,
      )
}
