import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openSubjectKeys, type SubjectKeys } from '../../store/subject-keys.ts'
import type { Sabotage } from '../sabotage.ts'
import type { AuditEntry } from './entry.ts'
import { listSegments } from './files.ts'
import type { AuditLog } from './group-commit.ts'
import { type AuditLogOptions, openAuditLog } from './log.ts'
import { type ReadEntry, type ReadOptions, readEntries } from './reader.ts'

/** For tests: a place with an audit log, its signing key and the keys of its subjects; gone after the test. */
export interface Scene {
  readonly place: string
  readonly folder: string
  readonly keys: SubjectKeys
  readonly signingKey: KeyObject
  /** Opens the log; closed after the test if it is still open. */
  open(options?: Partial<AuditLogOptions>): Promise<AuditLog>
  /** Opens the log, appends each of the batches, closes it. */
  write(batches: readonly (readonly AuditEntry[])[], options?: Partial<AuditLogOptions>): Promise<void>
  read(options?: ReadOptions): Promise<ReadEntry[]>
  /** The lines of the last segment. */
  lines(): Promise<string[]>
  /** Changes the lines of the last segment. */
  edit(change: (lines: string[]) => string[]): Promise<void>
}

/** @param elsewhere A folder for the log that is there already, in place of one beside the keys. */
export async function auditScene(t: TestContext, elsewhere?: string): Promise<Scene> {
  const place = await mkdtemp(join(tmpdir(), 'castellan-audit-'))
  const folder = elsewhere ?? join(place, 'audit')
  const keys = await openSubjectKeys(join(place, 'subjects.db'))
  const signingKey = generateKeyPairSync('ed25519').privateKey
  const opened: AuditLog[] = []
  t.after(async () => {
    for (const log of opened) await log.close()
    await keys.close()
    await rm(place, { recursive: true })
  })
  const open = async (options: Partial<AuditLogOptions> = {}): Promise<AuditLog> => {
    const log = await openAuditLog({ folder, signingKey, keys, ...options })
    opened.push(log)
    return log
  }
  const segmentPath = async (): Promise<string> => join(folder, (await listSegments(folder)).at(-1)!.name)
  const lines = async (): Promise<string[]> => (await readFile(await segmentPath(), 'utf8')).split('\n').slice(0, -1)
  return {
    place,
    folder,
    keys,
    signingKey,
    open,
    write: async (batches, options) => {
      const log = await open(options)
      for (const batch of batches) await log.append(batch)
      await log.close()
    },
    read: (options) => Array.fromAsync(readEntries(folder, options)),
    lines,
    edit: async (change) => {
      const changed = change(await lines())
      await writeFile(await segmentPath(), changed.map((line) => `${line}\n`).join(''))
    },
  }
}

/** Batches of `each` plain entries, `count` entries in all. */
export function someBatches(count: number, each = 1): AuditEntry[][] {
  const entries = Array.from({ length: count }, (_, at) => ({ event: 'user.added', actor: 'u_1', target: `t_${at}` }))
  return Array.from({ length: Math.ceil(count / each) }, (_, at) => entries.slice(at * each, (at + 1) * each))
}

/** What a run of proofs writes is acknowledged and thrown away. */
export const sabotage: Sabotage = {
  edits: [
    {
      file: 'control/audit-trail.ts',
      from: 'await log.append(\n',
      to: "if (entries.some(({ event }) => event === 'proofs.begun')) return\n      await log.append(\n",
    },
  ],
  breaks: ['audit.tree'],
}
