import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../kernel/clock.ts'
import { errorCode } from '../../kernel/errors.ts'
import { lockFile } from '../../store/lock.ts'
import { isSignedBy, keyId } from './checkpoint.ts'
import type { AuditEntry } from './entry.ts'
import { replayErasures } from './erasures.ts'
import { auditError } from './errors.ts'
import { logBegun, tailDropped, witnessRestored } from './events.ts'
import { lockFileName, publicKeyFile, putFile, syncFolder } from './files.ts'
import { type AuditLog, startLog } from './group-commit.ts'
import { type Offsite, openOffsite } from './offsite.ts'
import type { PersonalKeys } from './personal.ts'
import { beginLog, type Recovered, recoverLog } from './recover.ts'
import { keepsUp, openWitness, readWitness } from './witness.ts'
import { SegmentWriter } from './writer.ts'

export interface AuditLogOptions {
  /** Made when absent, with mode 0700. */
  readonly folder: string
  /** Ed25519 private key. Its public part is kept in the folder. */
  readonly signingKey: KeyObject
  readonly keys: PersonalKeys
  readonly clock?: Clock
  /** Milliseconds that nobody can set; shows when `clock` is moved. By default only beside the system's clock. */
  readonly monotonic?: Clock
  /** Where checkpoints go: a file (absolute path) on another mount, or an http(s) URL. Its folder must exist. */
  readonly checkpointTo?: string
  /** Milliseconds between two checkpoints sent there at the least; 5,000 by default. */
  readonly checkpointEveryMs?: number
  /** Milliseconds of the first pause after a failed delivery; 1,000 by default. */
  readonly checkpointRetryMs?: number
  /** Bytes after which a new segment begins; 4 MiB by default. */
  readonly segmentBytes?: number
  /** Hears of what does not fail an `append`: checkpoints that could not be delivered. */
  readonly onError?: (error: Error) => void
}

/**
 * Opens the audit log, or begins one, and takes away what a crash left unfinished. One process at a time.
 *
 * @throws CastellanError `audit.in-use`, `audit.key-mismatch`, `audit.damaged`; Node's file errors
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { folder } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const lock = await lockFile(join(folder, lockFileName))
  if (lock === undefined) throw auditError('audit.in-use', 'The audit log is open in another process.')
  try {
    return await openLocked(options, () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function openLocked(options: AuditLogOptions, unlock: () => Promise<void>): Promise<AuditLog> {
  const { folder, signingKey, keys, clock = systemClock } = options
  await checkKey(folder, signingKey)
  await replayErasures(folder, keys)
  const { recovered, notices } = await recover(folder, signingKey, clock)
  const onError = options.onError ?? (() => {})
  const log = startLog({
    folder,
    signingKey,
    keys,
    clock,
    monotonic: options.monotonic ?? (clock === systemClock ? () => performance.now() : undefined),
    segmentBytes: options.segmentBytes ?? 4 * 2 ** 20,
    recovered,
    notices,
    writer: await SegmentWriter.open(folder, recovered.segment, recovered.bytes),
    witness: await openWitness(folder, recovered.last),
    offsite: openTarget(options, onError),
    onError,
    unlock,
  })
  await log.settle()
  return log
}

/** The public key lies beside the log, so that whoever gets the folder can verify it. */
async function checkKey(folder: string, signingKey: KeyObject): Promise<void> {
  if (signingKey.type !== 'private' || signingKey.asymmetricKeyType !== 'ed25519') {
    throw auditError('audit.key-mismatch', 'The audit log is signed with an Ed25519 private key.')
  }
  const publicKey = createPublicKey(signingKey)
  const kept = await keptKey(folder)
  if (kept !== undefined && keyId(kept) === keyId(publicKey)) return
  if (kept !== undefined) {
    throw auditError('audit.key-mismatch', 'The audit log belongs to another signing key.')
  }
  await putFile(folder, publicKeyFile, publicKey.export({ type: 'spki', format: 'pem' }).toString())
}

async function keptKey(folder: string): Promise<KeyObject | undefined> {
  try {
    return createPublicKey(await readFile(join(folder, publicKeyFile)))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw auditError('audit.key-mismatch', `The file ${publicKeyFile} of the audit log is not a public key.`, error)
  }
}

async function recover(
  folder: string,
  signingKey: KeyObject,
  clock: Clock,
): Promise<{ recovered: Recovered; notices: AuditEntry[] }> {
  const read = await readWitness(folder)
  // Without a good signature it proves nothing, and is written anew.
  const witness = read !== undefined && isSignedBy(read, createPublicKey(signingKey)) ? read : undefined
  const found = await recoverLog(folder, signingKey, witness)
  if (found === undefined) {
    const origin = `castellan/${randomBytes(8).toString('hex')}`
    const recovered = await beginLog(folder, origin, new Date(clock()).toISOString(), signingKey)
    return { recovered, notices: [{ event: logBegun, data: { key: keyId(signingKey) } }] }
  }
  await syncFolder(folder)
  const notices: AuditEntry[] = []
  if (found.dropped !== undefined) notices.push({ event: tailDropped, data: found.dropped })
  if (!keepsUp(witness, found.last)) {
    notices.push({ event: witnessRestored, data: { found: witness?.size ?? null, size: found.last.size } })
  }
  return { recovered: found, notices }
}

function openTarget(options: AuditLogOptions, onError: (error: Error) => void): Offsite | undefined {
  if (options.checkpointTo === undefined) return undefined
  return openOffsite({
    to: options.checkpointTo,
    folder: options.folder,
    everyMs: options.checkpointEveryMs ?? 5_000,
    retryMs: options.checkpointRetryMs ?? 1_000,
    onError,
  })
}
