import type { Outbox } from '../../store/outbox.ts'

export type Refusal = 'wrong' | 'throttled' | 'busy'

/** Counts refused sign-ins, so that strangers can't fill the audit log: one entry a minute at most. */
export interface Refusals {
  add(refusal: Refusal, accountKey: string, addressKey: string): void
  /** Writes the entry of what was counted, if anything was. */
  flush(): Promise<void>
  close(): Promise<void>
}

const EVERY = 60_000
/** More different accounts or addresses than this are "1000 or more". */
const DISTINCT_MAX = 1000

/** @param failed Told when the entry could not be written; the counts go into the next one. */
export function createRefusals(outbox: Outbox, failed: (error: unknown) => void): Refusals {
  const counts: Record<Refusal, number> = { wrong: 0, throttled: 0, busy: 0 }
  const accounts = new Set<string>()
  const addresses = new Set<string>()
  const timer = setInterval(() => void flush().catch(failed), EVERY).unref()

  function reset() {
    const data = { ...counts, accounts: accounts.size, addresses: addresses.size }
    Object.assign(counts, { wrong: 0, throttled: 0, busy: 0 } satisfies Record<Refusal, number>)
    accounts.clear()
    addresses.clear()
    return data
  }

  async function flush(): Promise<void> {
    if (counts.wrong + counts.throttled + counts.busy === 0) return
    const data = reset()
    await outbox.run(async (_, audit) => audit({ event: 'accounts.sign-in-refused', actor: 'stranger', data }))
  }

  return {
    add(refusal, accountKey, addressKey) {
      counts[refusal]++
      if (accounts.size < DISTINCT_MAX) accounts.add(accountKey)
      if (addresses.size < DISTINCT_MAX) addresses.add(addressKey)
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush().catch(failed)
    },
  }
}
