import { createHash } from 'node:crypto'
import { RateLimiterRes, RateLimiterSQLite } from 'rate-limiter-flexible'
import { parseAddress, rateKey } from '../../kernel/address.ts'
import { THROTTLE_TABLE, type ThrottleClient } from '../../store/throttle.ts'

/** So many failures in so many seconds, counted from the first one. */
export interface Limit {
  readonly failures: number
  readonly seconds: number
}

export interface ThrottleLimits {
  /** One account from one address. */
  readonly pair: Limit
  /** One address, whatever the account: somebody who tries one password on many accounts. */
  readonly address: Limit
  /** One account, from all addresses together that it did not sign in from before: a botnet. */
  readonly account: Limit
  /** One account in one browser in which it signed in before. */
  readonly device: Limit
}

export const THROTTLE_LIMITS: ThrottleLimits = {
  pair: { failures: 10, seconds: 900 },
  address: { failures: 50, seconds: 3_600 },
  account: { failures: 60, seconds: 3_600 },
  device: { failures: 10, seconds: 900 },
}

/** One try to sign in. */
export interface Attempt {
  readonly accountKey: string
  readonly addressKey: string
  /** The account signed in from this address before: nobody elsewhere can use up its tries. */
  readonly familiar: boolean
  /** What nobody else has, such as the browser's token, when the account is known there: it has tries of its own. */
  readonly device?: string | undefined
}

export interface SignInThrottle {
  /**
   * Counts the attempt as a failure before the password is looked at, as a hundred guesses at once would otherwise all
   * pass; resolves with ms to wait when there were too many, and then the password must not be looked at.
   */
  admit(attempt: Attempt): Promise<number | undefined>
  /** Takes an admitted attempt back; with `right`, forgets the account's failures from this address, or in this browser. */
  giveBack(attempt: Attempt, right: boolean): Promise<void>
  close(): void
}

const SWEEP_EVERY = 600_000

/** Counters in the store, so that a restart does not forget them. Keys are hashed: they hold what strangers typed. */
export function createThrottle(client: ThrottleClient, limits: ThrottleLimits = THROTTLE_LIMITS): SignInThrottle {
  const pair = limiter(client, 'p', limits.pair)
  const address = limiter(client, 'a', limits.address)
  const account = limiter(client, 'u', limits.account)
  const device = limiter(client, 'd', limits.device)
  const timer = setInterval(() => client.sweep(Date.now()), SWEEP_EVERY).unref()

  /** Strictest first: a refused attempt counts nowhere else, so that one address can't use up an account's tries. */
  function counters({ accountKey, addressKey, familiar, device: token }: Attempt): [RateLimiterSQLite, string][] {
    if (token !== undefined) return [[device, `${accountKey} ${token}`]]
    const own: [RateLimiterSQLite, string] = [pair, `${accountKey} ${addressKey}`]
    return familiar ? [own] : [own, [address, addressKey], [account, accountKey]]
  }

  return {
    async admit(attempt) {
      for (const [counter, key] of counters(attempt)) {
        const wait = await consume(counter, hashed(key))
        if (wait !== undefined) return wait
      }
      return undefined
    },
    async giveBack(attempt, right) {
      const [own, ...others] = counters(attempt)
      if (right) await own![0].delete(hashed(own![1]))
      else await own![0].reward(hashed(own![1]))
      for (const [counter, key] of others) await counter.reward(hashed(key))
    },
    close: () => clearInterval(timer),
  }
}

/** The key of a client's address: IPv6 by its /64. A text that is no address, such as that of a local socket, is its own. */
export function addressKey(text: string): string {
  const address = parseAddress(text)
  return address === undefined ? text.slice(0, 64) : rateKey(address)
}

function limiter(storeClient: ThrottleClient, keyPrefix: string, { failures, seconds }: Limit): RateLimiterSQLite {
  return new RateLimiterSQLite({
    storeClient,
    storeType: 'better-sqlite3',
    tableName: THROTTLE_TABLE,
    tableCreated: true,
    keyPrefix,
    points: failures,
    duration: seconds,
  })
}

async function consume(counter: RateLimiterSQLite, key: string): Promise<number | undefined> {
  try {
    await counter.consume(key)
    return undefined
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext
    throw refusal
  }
}

function hashed(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}
