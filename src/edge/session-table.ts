import type { Session, SessionRecord } from '../kernel/request.ts'

/** What an edge knows of live sessions, and which of them were used. */
export class SessionTable {
  private readonly byHash = new Map<string, SessionRecord>()
  private readonly byId = new Map<string, SessionRecord>()
  private readonly used = new Set<string>()

  private readonly onEnd: (ids: ReadonlySet<string>) => void

  constructor(onEnd: (ids: ReadonlySet<string>) => void) {
    this.onEnd = onEnd
  }

  find(hash: string): Session | undefined {
    return this.byHash.get(hash)
  }

  get size(): number {
    return this.byHash.size
  }

  /** Replaces everything after a reconnect; what is no longer there ends. */
  reset(records: readonly SessionRecord[]): void {
    const alive = new Set(records.map(({ id }) => id))
    this.end([...this.byId.keys()].filter((id) => !alive.has(id)))
    for (const record of records) this.put(record)
  }

  put(record: SessionRecord): void {
    const before = this.byId.get(record.id)
    if (before !== undefined) this.byHash.delete(before.hash)
    this.byHash.set(record.hash, record)
    this.byId.set(record.id, record)
  }

  /** Ends sessions; `onEnd` closes every connection that lives on one of them. */
  end(ids: readonly string[]): void {
    const ended = new Set<string>()
    for (const id of ids) {
      const record = this.byId.get(id)
      if (record === undefined) continue
      this.byId.delete(id)
      this.byHash.delete(record.hash)
      this.used.delete(id)
      ended.add(id)
    }
    if (ended.size > 0) this.onEnd(ended)
  }

  markUsed(id: string): void {
    this.used.add(id)
  }

  /** The sessions used since the last call. */
  takeUsed(): string[] {
    const ids = [...this.used]
    this.used.clear()
    return ids
  }

  /** Ends what is past its time. */
  sweep(now: number): void {
    this.end([...this.byId.values()].filter(({ expires }) => expires <= now).map(({ id }) => id))
  }
}
