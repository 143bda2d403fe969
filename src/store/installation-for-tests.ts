import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor, AuditTrail, SessionChange } from '../control/services.ts'
import { openStore, type Store } from './database.ts'
import { type AuditEntry, createOutbox, type Outbox } from './outbox.ts'

// For tests alone: a store, an outbox and an audit trail in a temporary folder.

/** A trail that is one file of JSON lines, synced at every append. `path` may become `/dev/full`, a real full disk. */
export interface FileTrail extends AuditTrail {
  path: string
  entries(): AuditEntry[]
}

export function openFileTrail(path: string): FileTrail {
  if (existsSync(path)) {
    // A line that a crash cut off was never acknowledged.
    truncateSync(path, readFileSync(path, 'utf8').lastIndexOf('\n') + 1)
  }
  const trail: FileTrail = {
    path,
    async append(entries) {
      const known = new Set(trail.entries().map((entry) => entry.id))
      const lines = entries.filter((entry) => !known.has(entry.id)).map((entry) => `${JSON.stringify(entry)}\n`)
      const fd = openSync(trail.path, 'a', 0o600)
      try {
        writeSync(fd, lines.join(''))
        fsyncSync(fd)
      } finally {
        closeSync(fd)
      }
    },
    entries() {
      if (!existsSync(path)) return []
      const lines = readFileSync(path, 'utf8').split('\n')
      return lines.slice(0, -1).map((line): AuditEntry => JSON.parse(line))
    },
  }
  return trail
}

export interface TestInstallation extends AsyncDisposable {
  readonly folder: string
  readonly store: Store
  readonly trail: FileTrail
  readonly outbox: Outbox
  readonly failures: unknown[]
  readonly published: SessionChange[]
  /** ms since the epoch; moved by tests. */
  now: number
}

export const SOMEBODY: Actor = { id: 'stranger', address: '192.0.2.1', agent: 'test' }
export const OPERATOR: Actor = { id: 'operator', address: '', agent: '' }

export async function openTestInstallation(
  folder = mkdtempSync(join(tmpdir(), 'castellan-')),
): Promise<TestInstallation> {
  const store = await openStore(join(folder, 'castellan.db'))
  const trail = openFileTrail(join(folder, 'audit.jsonl'))
  return {
    folder,
    store,
    trail,
    outbox: createOutbox(store, trail),
    failures: [],
    published: [],
    now: 1_800_000_000_000,
    async [Symbol.asyncDispose]() {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
