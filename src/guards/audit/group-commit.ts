import { type Appended, type AuditStatus, Committer, type LogParts, type Waiting } from './commit.ts'
import { type AuditEntry, checkEntry } from './entry.ts'
import { noteErasure } from './erasures.ts'
import { auditError, writeError } from './errors.ts'
import { subjectErased } from './events.ts'

export interface AuditLog {
  /**
   * Resolves when the entries are on disk. They are written together or not at all; a rejected one may be appended
   * again under the same id, which does nothing should it be there after all.
   *
   * @throws CastellanError `audit.disk-full`, `audit.write-failed`, `audit.entry-invalid`, `audit.overloaded`,
   *   `audit.changed-underneath`, `audit.closed`
   */
  append(entries: readonly AuditEntry[]): Promise<Appended>
  /** Makes the personal fields of a subject unreadable for good, and says so in the log. May be repeated. */
  eraseSubject(subject: string, actor?: string): Promise<Appended>
  status(): AuditStatus
  /** Writes what is waiting, then lets go of everything. */
  close(): Promise<void>
}

/** Entries of one batch, unless a single `append` brings more. */
const batchEntries = 2_000
const mostWaiting = 50_000

/** The running log: what is asked for while one batch is on its way to the disk goes into the next, all with one sync. */
export function startLog(parts: LogParts): AuditLog & { settle(): Promise<void> } {
  const commit = new Committer(parts)
  const queue: Waiting[] = []
  let waiting = 0
  let running: Promise<void> | undefined
  let closed: Promise<void> | undefined

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const group = takeGroup(queue)
      waiting -= countEntries(group)
      await commit.write(group)
    }
    running = undefined
  }
  const append = async (entries: readonly AuditEntry[]): Promise<Appended> => {
    if (closed !== undefined) throw auditError('audit.closed', 'The audit log is closed.')
    const checked = entries.map(checkEntry)
    if (waiting + checked.length > mostWaiting) {
      throw auditError('audit.overloaded', 'Too many audit entries are waiting for the disk.')
    }
    waiting += checked.length
    return new Promise((resolve, reject) => {
      queue.push({ entries: checked, resolve, reject })
      running ??= drain()
    })
  }
  const close = async (): Promise<void> => {
    await running
    await commit.close()
  }
  return {
    append,
    eraseSubject: async (subject, actor) => {
      await noteErasure(parts.folder, { subject, time: new Date(parts.clock()).toISOString() }).catch((cause) => {
        throw writeError(cause)
      })
      await parts.keys.erase([subject])
      return append([{ event: subjectErased, target: subject, ...(actor === undefined ? {} : { actor }) }])
    },
    status: () => commit.status(),
    // What there is to say after a start is said at once if it can be, and otherwise with the first entry.
    settle: () => append([]).then(() => {}, parts.onError),
    close: () => (closed ??= close()),
  }
}

function takeGroup(queue: Waiting[]): Waiting[] {
  let count = 0
  let end = 0
  while (end < queue.length && (end === 0 || count + queue[end]!.entries.length <= batchEntries)) {
    count += queue[end]!.entries.length
    end += 1
  }
  return queue.splice(0, end)
}

function countEntries(group: readonly Waiting[]): number {
  return group.reduce((sum, it) => sum + it.entries.length, 0)
}
