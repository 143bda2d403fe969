import { createPublicKey, type KeyObject } from 'node:crypto'
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type LastPolicy, signLastPolicy } from '../link/last-policy.ts'

/** The policy in force, signed, where an edge that starts while control is away can read it. */
export interface LastPolicyFile {
  /** SPKI in DER, base64url: what edges trust. */
  readonly publicKey: string
  /** Replaces what is kept. */
  keep(last: LastPolicy): void
}

/**
 * `file` lies in a folder that control alone writes and edges alone read: certificates come with their keys, as over the
 * link. When a new one can't be written, the old one goes: an edge had better wait for control than serve by old rules.
 */
export function openLastPolicyFile(file: string, key: KeyObject, failed: (error: unknown) => void): LastPolicyFile {
  const draft = `${file}.new`
  return {
    publicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64url'),
    keep(last) {
      try {
        writeFileSync(draft, signLastPolicy(last, key), { mode: 0o600 })
        chmodSync(draft, 0o644) // the folder's mode says who may read it
        renameSync(draft, file)
      } catch (error) {
        failed(error)
        remove([draft, file], failed)
      }
    },
  }
}

function remove(files: readonly string[], failed: (error: unknown) => void): void {
  try {
    for (const file of files) rmSync(file, { force: true })
  } catch (error) {
    failed(error)
  }
}
