import { argon2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

/** Cost of argon2id: memory in KiB, passes over it, lanes. */
export interface Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/**
 * OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. Not more, because strangers can ask for it: this
 * costs about 0.1 s on a small host, so that a full queue is worked off in seconds. Every hash carries its own cost;
 * a hash of another cost is replaced at the next sign-in.
 */
export const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 }

const SALT_BYTES = 16
const TAG_BYTES = 32
/** A damaged row must not make the process allocate what it likes. */
const MAX_MEMORY = 1_048_576
const MAX_PASSES = 16

/** Hashes with a new salt: a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`. */
export function hashPassword(password: string, cost: Cost = COST): string {
  const salt = randomBytes(SALT_BYTES)
  return phc(cost, salt, derive(password, salt, cost, TAG_BYTES))
}

/**
 * A PHC string that no password has and that takes as long to verify as a real one, so that an answer about an unknown
 * account comes no sooner (user enumeration by time, CWE-208).
 */
export function impossibleHash(cost: Cost = COST): string {
  return phc(cost, randomBytes(SALT_BYTES), randomBytes(TAG_BYTES))
}

/** Whether the password is the one, and whether its hash should be made anew. Throws a RangeError for a bad PHC string. */
export function verifyPassword(hash: string, password: string): { readonly ok: boolean; readonly outdated: boolean } {
  const { cost, salt, tag } = parsePhc(hash)
  const ok = timingSafeEqual(derive(password, salt, cost, tag.length), tag)
  return { ok, outdated: cost.memory !== COST.memory || cost.passes !== COST.passes || cost.parallelism !== 1 }
}

function derive(password: string, nonce: Uint8Array, cost: Cost, tagLength: number): Buffer {
  return argon2Sync('argon2id', { message: password, nonce, tagLength, ...cost })
}

function phc({ memory, passes, parallelism }: Cost, salt: Buffer, tag: Buffer): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`
}

/** Base64 of PHC strings: the standard alphabet without padding. */
function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

function parsePhc(hash: string) {
  const match =
    /^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d?),p=([1-4])\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,128})$/.exec(
      hash,
    )
  if (match === null) throw new RangeError('not a PHC string of argon2id')
  const cost = { memory: Number(match[1]), passes: Number(match[2]), parallelism: Number(match[3]) }
  if (cost.memory > MAX_MEMORY || cost.passes > MAX_PASSES) throw new RangeError('cost of argon2id out of range')
  return { cost, salt: Buffer.from(match[4]!, 'base64'), tag: Buffer.from(match[5]!, 'base64') }
}
