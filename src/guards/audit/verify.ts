import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Clock, systemClock } from '../../kernel/clock.ts'
import { errorCode, errorText } from '../../kernel/errors.ts'
import { type Checkpoint, isSignedBy, keyId } from './checkpoint.ts'
import { readErasures } from './erasures.ts'
import { auditError } from './errors.ts'
import { type ExternalCheckpoints, readExternal } from './external.ts'
import { erasuresFile, listSegments, publicKeyFile, type SegmentFile, witnessFile } from './files.ts'
import { type Finding, type FindingCode, Findings } from './finding.ts'
import { sealOf, unchanged, type WalkMemory } from './memory.ts'
import { rootText, TreeWalk } from './walk.ts'
import { keepsUp, readWitness } from './witness.ts'

export interface VerifyOptions {
  readonly folder: string
  /** Path of a file with checkpoints that were kept elsewhere: JSON lines, as `checkpointTo` writes them. */
  readonly checkpoint?: string
  /** PEM of the log's public key, from a place that whoever changes the folder can't reach. */
  readonly publicKey?: string
  /** Milliseconds since the epoch; the system's clock when left out. */
  readonly clock?: Clock
  /** `memory` of an earlier verification: closed files that were not touched since are not read again. */
  readonly memory?: WalkMemory | undefined
}

export interface AuditVerification {
  readonly state: 'holds' | 'broken' | 'unknown'
  /** At most twenty of each code. */
  readonly findings: readonly Finding[]
  /** All of them. */
  readonly counts: Partial<Record<FindingCode, number>>
  /** Entries found, and the root of the tree over them, base64. */
  readonly size: number
  readonly root: string
  /** Last checkpoint in the log. */
  readonly last: Checkpoint | undefined
  /** Newest checkpoint from elsewhere that agrees with the log: up to its size nothing was rolled back. */
  readonly witnessed: Checkpoint | undefined
  /** The key that signatures were checked with, and whether it came from outside the folder. */
  readonly key: { readonly id: string; readonly pinned: boolean } | undefined
  /** Files of entries, and how many of them were read now. */
  readonly files: { readonly all: number; readonly read: number }
  /** For the next verification; undefined when something is broken. */
  readonly memory: WalkMemory | undefined
}

/** A clock that runs behind by less is not worth a word, in milliseconds. */
const clockSlack = 60_000

/**
 * Examines an audit log by its files alone, also while it is written. Never throws for what it finds there.
 *
 * @throws CastellanError `audit.key-mismatch` when `publicKey` is not a key
 */
export async function verifyAudit(options: VerifyOptions): Promise<AuditVerification> {
  const { folder, clock = systemClock } = options
  const findings = new Findings()
  const publicKey = await findKey(options, findings)
  const external = await readExternal(options.checkpoint, findings)
  // Before the entries: a log that is being written may only get ahead of its witness.
  const witness = await readWitness(folder).catch(() => undefined)
  const walked = await walkLog(options, publicKey, external, findings)
  const { walk } = walked
  if (walk !== undefined) {
    await checkWitness(folder, witness, walk, publicKey, findings)
    await checkErasures(folder, walk, findings)
    if (Date.parse(walk.lastTime) > clock() + clockSlack) {
      findings.add('clock.behind-log', 'the clock', `The last entry is of ${walk.lastTime}: the clock is behind it.`)
    }
  }
  const witnessed = external.check(walk, publicKey, findings)
  return {
    state: findings.state(),
    findings: findings.list,
    counts: findings.counts(),
    size: walk?.tree.size ?? 0,
    root: walk === undefined ? '' : rootText(walk.tree),
    last: walk?.last,
    witnessed,
    key: publicKey && { id: keyId(publicKey), pinned: options.publicKey !== undefined },
    files: walked.files,
    memory: findings.state() === 'broken' ? undefined : walked.memory,
  }
}

async function findKey(options: VerifyOptions, findings: Findings): Promise<KeyObject | undefined> {
  const kept = await readKey(options.folder, findings)
  if (options.publicKey === undefined) {
    const text =
      'The key lies in the folder that it is to vouch for. Whoever can write there can sign a log of their own'
    if (kept !== undefined) findings.add('key.unpinned', publicKeyFile, `${text}; give the key from elsewhere.`)
    return kept
  }
  const pinned = pinnedKey(options.publicKey)
  if (kept !== undefined && keyId(kept) !== keyId(pinned)) {
    findings.add('key.mismatch', publicKeyFile, 'The key in the folder is not the one that was given.')
  }
  return pinned
}

function pinnedKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem)
  } catch (cause) {
    throw auditError('audit.key-mismatch', 'What was given as the public key of the audit log is none.', cause)
  }
}

async function readKey(folder: string, findings: Findings): Promise<KeyObject | undefined> {
  try {
    return createPublicKey(await readFile(join(folder, publicKeyFile)))
  } catch (error) {
    // Without a folder there is more to say than this.
    const there = await listSegments(folder).catch(() => [])
    if (there.length > 0) findings.add('key.absent', publicKeyFile, `No public key: ${errorText(error)}`)
    return undefined
  }
}

interface Walked {
  /** Undefined without a log. */
  readonly walk: TreeWalk | undefined
  readonly files: AuditVerification['files']
  readonly memory: WalkMemory | undefined
}

async function walkLog(
  { folder, memory }: VerifyOptions,
  publicKey: KeyObject | undefined,
  external: ExternalCheckpoints,
  findings: Findings,
): Promise<Walked> {
  const segments = await findSegments(folder, findings)
  const all = segments.length
  if (all === 0) return { walk: undefined, files: { all, read: 0 }, memory: undefined }
  const key = publicKey === undefined ? '' : keyId(publicKey)
  const seals = await Promise.all(segments.map((segment) => sealOf(folder, segment))).catch(() => [])
  const skipped = memory === undefined ? 0 : unchanged(memory, seals, key, external.sizes)
  const from = skipped === 0 ? undefined : memory
  for (const [size, root] of from?.roots ?? []) external.roots.set(size, root)
  const walk = new TreeWalk({
    findings,
    publicKey,
    sizes: external.sizes,
    onSize: external.onSize,
    from: from?.state,
  })
  let state = walk.state()
  for (const segment of segments.slice(skipped)) {
    const isLast = segment === segments.at(-1)
    if (isLast) state = walk.state()
    try {
      walk.segment(segment, await readFile(join(folder, segment.name)), isLast)
    } catch (error) {
      findings.add('log.unreadable', segment.name, errorText(error))
    }
  }
  walk.end()
  const next = { seals: seals.slice(0, -1), state, roots: new Map(external.roots), key }
  return {
    walk,
    files: { all, read: all - skipped },
    memory: findings.counts()['log.unreadable'] === undefined && seals.length === all ? next : undefined,
  }
}

async function findSegments(folder: string, findings: Findings): Promise<SegmentFile[]> {
  try {
    const segments = await listSegments(folder)
    if (segments.length === 0) await reportNoSegments(folder, findings)
    return segments
  } catch (error) {
    findings.add(errorCode(error) === 'ENOENT' ? 'log.absent' : 'log.unreadable', folder, errorText(error))
    return []
  }
}

async function reportNoSegments(folder: string, findings: Findings): Promise<void> {
  const witness = await readWitness(folder)
  if (witness === undefined) findings.add('log.absent', folder, 'There is no audit log here.')
  else findings.add('entries.deleted', witnessFile, `There are no entries, but it has seen ${witness.size}.`)
}

async function checkWitness(
  folder: string,
  before: Checkpoint | undefined,
  walk: TreeWalk,
  publicKey: KeyObject | undefined,
  findings: Findings,
): Promise<void> {
  const { last } = walk
  if (last === undefined) return
  const witness = await currentWitness(folder, before, last)
  const add = (code: FindingCode, text: string) => findings.add(code, witnessFile, text)
  // What was read before the entries can't be ahead of them, however busy the log is.
  const ahead = before !== undefined && before.sequence > last.sequence
  if (witness !== undefined && publicKey !== undefined && !isSignedBy(witness, publicKey)) {
    add('witness.rewritten', 'Its newest checkpoint is not signed with the key of the log.')
  } else if (ahead) {
    add('entries.deleted', `It has seen ${before.size} entries, the log ends with checkpoint ${last.size}.`)
  } else if (witness === undefined && last.sequence > 0) {
    add('witness.missing', 'The checkpoint that is kept beside the entries is gone.')
  } else if (witness !== undefined && witness.sequence < last.sequence && !keepsUp(witness, last)) {
    add('witness.behind', `It ends at ${witness.size} entries, the log at ${last.size}: changed, or a power cut.`)
  } else if (witness?.sequence === last.sequence && !keepsUp(witness, last)) {
    add('witness.rewritten', 'Its newest checkpoint is not the one in the log.')
  }
}

/** Writing the witness follows the entries within milliseconds: one that lags behind is given a moment. */
async function currentWitness(
  folder: string,
  before: Checkpoint | undefined,
  last: Checkpoint,
): Promise<Checkpoint | undefined> {
  let witness = before
  for (let tries = 0; tries < 3 && (witness === undefined || witness.sequence < last.sequence); tries += 1) {
    if (tries > 0) await delay(100)
    witness = await readWitness(folder).catch(() => undefined)
  }
  return witness
}

async function checkErasures(folder: string, walk: TreeWalk, findings: Findings): Promise<void> {
  const listed = new Set((await readErasures(join(folder, erasuresFile))).map((erasure) => erasure.subject))
  const missing = [...walk.erased].filter((subject) => !listed.has(subject))
  if (missing.length === 0) return
  const text = `${missing.length} people whom the log calls erased are not on the list, so a restore would revive them.`
  findings.add('erasure.missing', erasuresFile, text)
}
