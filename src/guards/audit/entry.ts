import { randomUUID } from 'node:crypto'
import { auditError } from './errors.ts'
import type { PersonalFields, SealedFields } from './personal.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * One thing to be recorded. Whatever says who somebody is (name, address, e-mail, agent) goes into `personal`, and
 * nowhere else: the rest can never be erased.
 */
export interface AuditEntry {
  /** Unique. Given by whoever may have to repeat the entry after a crash; made up when left out. */
  readonly id?: string
  /** A stable id: `user.added`, `session.revoked`, `access.refused`. */
  readonly event: string
  /** Opaque id of who did it. Left out: the system itself. */
  readonly actor?: string
  /** Opaque id of what it was done to. */
  readonly target?: string
  /** Host name of the site. */
  readonly site?: string
  readonly data?: Readonly<Record<string, Json>>
  readonly personal?: readonly PersonalFields[]
}

/** An entry as it lies in the log: one line of JSON, one leaf of the tree. */
export interface StoredEntry {
  /** Its place in the tree, from 0, without gaps. */
  readonly index: number
  readonly id: string
  /** ISO 8601 in UTC; never before the entry in front of it. */
  readonly time: string
  readonly event: string
  readonly actor?: string
  readonly target?: string
  readonly site?: string
  readonly data?: Readonly<Record<string, Json>>
  readonly personal?: readonly SealedFields[]
}

/** An entry that was found good, with its id. */
export type CheckedEntry = AuditEntry & { readonly id: string }

/** Bytes of one line. */
const longestLine = 65_536
const eventForm = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/

/** @throws CastellanError `audit.entry-invalid` */
export function checkEntry(entry: AuditEntry): CheckedEntry {
  const id = entry.id ?? randomUUID()
  if (!eventForm.test(entry.event) || entry.event.length > 64) throw invalid('its event is not of the form `a.b`')
  for (const text of [id, entry.actor, entry.target, entry.site]) {
    if (text !== undefined && (text.length === 0 || text.length > 256)) throw invalid('an id has 1 to 256 characters')
  }
  if (JSON.stringify([entry.data, entry.personal]).length > longestLine / 4) throw invalid('it is too long')
  return { ...entry, id }
}

function invalid(reason: string): Error {
  return auditError('audit.entry-invalid', `The audit entry is refused: ${reason}.`)
}

/** The line of an entry, without its end. A leaf commits to exactly these bytes. */
export function entryLine(entry: StoredEntry): string {
  const { index, id, time, event, actor, target, site, data, personal } = entry
  return jsonLine({ index, id, time, event, actor, target, site, data, personal })
}

/**
 * JSON that is safe to print: besides C0, which JSON escapes anyway, the C1 control characters, line separators and
 * the marks that turn the direction of text are escaped, so that an entry can't forge another in a terminal.
 */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
