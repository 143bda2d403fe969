import { join } from 'node:path'
import type { AuditLog } from '../guards/audit/group-commit.ts'
import { openAuditLog } from '../guards/audit/log.ts'
import { openSubjectKeys, type SubjectKeys } from '../store/subject-keys.ts'
import type { AuditTrail } from './services.ts'
import { signingKey } from './signing-key.ts'

export interface OpenTrail extends AuditTrail {
  readonly log: AuditLog
  readonly keys: SubjectKeys
  close(): Promise<void>
}

export interface TrailOptions {
  /** Folder of control alone, for keys. */
  readonly state: string
  readonly folder: string
  readonly checkpointTo: string | undefined
  onError(error: unknown): void
}

/** Opens the audit log with the keys of this installation, which are made at the first start. */
export async function openAuditTrail({ state, folder, checkpointTo, onError }: TrailOptions): Promise<OpenTrail> {
  const keys = await openSubjectKeys(join(state, 'subjects.db'))
  const log = await openAuditLog({
    folder,
    keys,
    signingKey: signingKey(join(state, 'audit-key.pem')),
    onError,
    ...(checkpointTo === undefined ? {} : { checkpointTo }),
  })
  return {
    log,
    keys,
    async append(entries) {
      await log.append(
        entries.map(({ subject, personal, ...entry }) => ({
          ...entry,
          data: entry.data as never,
          ...(subject === undefined || personal === undefined ? {} : { personal: [{ subject, fields: personal }] }),
        })),
      )
    },
    async close() {
      await log.close()
      await keys.close()
    },
  }
}
