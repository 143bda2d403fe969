import { readFileSync } from 'node:fs'
import { type LastPolicy, openLastPolicy } from '../link/last-policy.ts'
import type { EdgeBoot } from '../supervisor/boot.ts'

/** The policy that control signed last. Throws when there is none, or when it is not control's. */
export function readLastPolicy({ file, publicKey }: NonNullable<EdgeBoot['lastPolicy']>): LastPolicy {
  return openLastPolicy(readFileSync(file, 'utf8'), publicKey)
}
